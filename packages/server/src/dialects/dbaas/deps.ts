import type { FastifyRequest } from 'fastify'
import type { Access } from '../../domain/access/index.ts'
import type { Aliases } from '../../domain/aliases/index.ts'
import type { Databases } from '../../domain/databases/index.ts'
import type { Engines } from '../../domain/engines/index.ts'
import type { Environments } from '../../domain/environments/index.ts'
import type { Plans } from '../../domain/plans/index.ts'
import type { Projects } from '../../domain/projects/index.ts'
import type { Tenancy } from '../../domain/tenancy/index.ts'

/** What the dialect's operations call. */
export interface DbaasDeps {
  readonly access: Access
  readonly aliases: Aliases
  readonly databases: Databases
  readonly engines: Engines
  readonly environments: Environments
  readonly plans: Plans
  readonly projects: Projects
  readonly tenancy: Tenancy
}

/** The origin that clients use, without a slash at the end. */
export type OriginOf = (request: FastifyRequest) => string
