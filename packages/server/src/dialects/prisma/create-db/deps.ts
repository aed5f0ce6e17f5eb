import type { FastifyRequest } from 'fastify'
import type { Access } from '../../../domain/access/index.ts'
import type { Databases } from '../../../domain/databases/index.ts'
import type { Projects } from '../../../domain/projects/index.ts'
import type { Targets } from '../../../domain/targets/index.ts'
import type { Tenancy } from '../../../domain/tenancy/index.ts'

export interface CreateDbDeps {
  readonly access: Access
  readonly databases: Databases
  readonly projects: Projects
  readonly targets: Targets
  readonly tenancy: Tenancy
  readonly originOf: (request: FastifyRequest) => string
  /** The origin from CROFT_PUBLIC_URL, if that is set: users come back there after consent. */
  readonly publicUrl: string | null
}
