import type { FastifyRequest } from 'fastify'
import type { Access, People } from '../../domain/access/index.ts'

export interface AccountDeps {
  readonly access: Access
  readonly people: People
  /** Whether people may also log in at another provider, by `/login/oidc`. */
  readonly loginElsewhere?: boolean
  /** The origin that clients use for us, without a slash at the end. */
  readonly originOf: (request: FastifyRequest) => string
}
