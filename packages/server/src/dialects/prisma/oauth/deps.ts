import type { FastifyRequest } from 'fastify'
import type { Access } from '../../../domain/access/index.ts'

export interface OAuthDeps {
  readonly access: Access
  /** Whether people may also log in at another provider, by `/login/oidc`. */
  readonly loginElsewhere?: boolean
  /** The origin that clients use for us, without a slash at the end. */
  readonly originOf: (request: FastifyRequest) => string
}
