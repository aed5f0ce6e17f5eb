import type { FastifyRequest } from 'fastify'
import type { Access, Credentials, Principal } from '../domain/access/index.ts'
import { CroftError } from '../platform/errors/index.ts'

/** Whose name it bears: the header was made for Prisme.ai's API, and works for all of ours. */
export const API_KEY_HEADER = 'x-prismeai-api-key'

/** The bearer token and the API key of a request, as far as it has them. */
export function readCredentials({ headers }: FastifyRequest): Credentials {
  const [, bearer] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? []
  const apiKey = headers[API_KEY_HEADER]
  return { bearer, ...(typeof apiKey === 'string' && apiKey !== '' ? { apiKey } : {}) }
}

/**
 * Who sent the request, of an API that nobody may use unnamed. Throws `not-authenticated`, also for an API key that
 * is unknown or switched off when no bearer token comes with it. `session` is a browser's, where those count.
 */
export async function requirePrincipal(
  access: Pick<Access, 'authenticateRequest'>,
  request: FastifyRequest,
  session?: string,
): Promise<Principal> {
  const principal = await access.authenticateRequest({ ...readCredentials(request), session })
  if (principal.type !== 'anonymous') return principal
  throw new CroftError('not-authenticated', 'The API key is unknown, deleted or switched off.', {
    hint: `Send "Authorization: Bearer <token>", or a living key in "${API_KEY_HEADER}".`,
  })
}
