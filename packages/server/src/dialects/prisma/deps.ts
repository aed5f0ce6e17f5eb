import type { Access } from '../../domain/access/index.ts'
import type { Backups } from '../../domain/backups/index.ts'
import type { Databases } from '../../domain/databases/index.ts'
import type { Projects } from '../../domain/projects/index.ts'
import type { Targets } from '../../domain/targets/index.ts'
import type { Tenancy } from '../../domain/tenancy/index.ts'
import type { Usage } from '../../domain/usage/index.ts'

/** What the dialect's operations call. */
export interface PrismaDeps {
  readonly access: Access
  readonly tenancy: Tenancy
  readonly projects: Projects
  readonly databases: Databases
  readonly backups: Backups
  readonly usage: Usage
  readonly targets: Targets
}
