import type { FastifyRequest } from 'fastify'
import { CroftError } from '../../platform/errors/index.ts'
import { isCsrfToken, sessionOf } from '../page/cookies.ts'

export const CSRF_HEADER = 'x-csrf-token'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

function isForeign({ headers }: FastifyRequest, origin: string): boolean {
  const site = headers['sec-fetch-site']
  // `none` is what a person does with the address bar.
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  // Hosts only: behind a proxy that ends TLS the scheme that we see is not the browser's.
  return headers.origin !== undefined && URL.parse(headers.origin)?.host !== new URL(origin).host
}

/** Throws `forbidden` for a change that another site's page asks for. Clients that are no browsers say nothing. */
export function refuseForeign(request: FastifyRequest, origin: string): void {
  if (SAFE.has(request.method) || !isForeign(request, origin)) return
  throw new CroftError('forbidden', 'Another site may not do this here.')
}

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
