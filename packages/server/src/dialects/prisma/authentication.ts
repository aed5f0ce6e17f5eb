import type { FastifyRequest } from 'fastify'
import type { Access, Principal } from '../../domain/access/index.ts'
import { CroftError } from '../../platform/errors/index.ts'

/** Who sent the request. Throws `not-authenticated`; clients refresh their token on the 401 that follows. */
export async function authenticate(access: Access, request: FastifyRequest): Promise<Principal> {
  const [, token] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? []
  if (token) return access.authenticate(token)
  throw new CroftError('not-authenticated', 'The Authorization header with a bearer token is missing.', {
    hint: 'Send "Authorization: Bearer <service token or OAuth access token>".',
  })
}
