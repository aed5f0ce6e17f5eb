import type { FastifyRequest } from 'fastify'
import { CroftError } from '../../platform/errors/index.ts'
import { isCsrfToken, sessionOf } from '../page/cookies.ts'
import { refuseForeign, SAFE } from '../page/refuse-foreign.ts'

export const CSRF_HEADER = 'x-csrf-token'

/**
 * The session that a request may act by: the cookie's, if it has no other credential. Browsers send cookies
 * whatever page asks, so a change also needs what only our own page knows. Throws `forbidden`.
 */
export function sessionToActBy(request: FastifyRequest, origin: string): string | undefined {
  const session = sessionOf(request)
  if (session === undefined || request.headers.authorization !== undefined) return undefined
  if (SAFE.has(request.method)) return session
  refuseForeign(request, origin)
  const token = request.headers[CSRF_HEADER]
  if (typeof token === 'string' && isCsrfToken(session, token)) return session
  throw new CroftError('forbidden', `The header ${CSRF_HEADER} is missing or is not this session’s.`, {
    hint: `A login and GET /session answer the token as "csrfToken".`,
  })
}
