import type { Access } from '../../domain/access/index.ts'
import type { Events } from '../../domain/events/index.ts'
import type { Tenancy } from '../../domain/tenancy/index.ts'
import type { Usage } from '../../domain/usage/index.ts'

/** What the dialect's operations call. */
export interface PrismeaiDeps {
  readonly access: Access
  readonly tenancy: Tenancy
  readonly events: Events
  readonly usage: Usage
}
