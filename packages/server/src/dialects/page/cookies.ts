import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { SESSION_SECONDS } from '../../domain/access/index.ts'

/** Who is logged in. */
export const SESSION_COOKIE = 'croft_session'
/** Ties the login form to the browser it was sent to, before anybody is logged in. */
const VISITOR = 'croft_visitor'

const options = (origin: string) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: origin.startsWith('https:') }) as const

export function sessionOf(request: FastifyRequest): string | undefined {
  return request.cookies[SESSION_COOKIE]
}

export function setSession(reply: FastifyReply, origin: string, session: string): void {
  reply.setCookie(SESSION_COOKIE, session, { ...options(origin), maxAge: SESSION_SECONDS })
}

export function clearSession(reply: FastifyReply, origin: string): void {
  reply.clearCookie(SESSION_COOKIE, options(origin))
}

const isVisitor = (value: string | undefined): value is string => /^[\w-]{43}$/.test(value ?? '')

/** The visitor's secret; a new one is set when there is none. */
export function visitorOf(request: FastifyRequest, reply: FastifyReply, origin: string): string {
  const known = request.cookies[VISITOR]
  if (isVisitor(known)) return known
  const visitor = randomBytes(32).toString('base64url')
  reply.setCookie(VISITOR, visitor, options(origin))
  return visitor
}

/** The secret that a form's token was made with: the session, or where nobody need be logged in the visitor. */
export function formSecretOf(request: FastifyRequest, form: Form): string | undefined {
  if (form === 'consent' || form === 'logout') return sessionOf(request)
  const visitor = request.cookies[VISITOR]
  return isVisitor(visitor) ? visitor : undefined
}

export type Form = 'login' | 'consent' | 'logout' | 'reset' | 'invitation'

/** What a form of ours carries so that no other site can submit it: an HMAC under a secret of the browser's. */
export function formToken(secret: string, form: Form): string {
  return createHmac('sha256', secret).update(`croft form ${form}`).digest('base64url')
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** What our own API wants in a header besides the session's cookie, since browsers send cookies for other sites. */
export function csrfTokenOf(session: string): string {
  return createHmac('sha256', session).update('croft api').digest('base64url')
}

export const isCsrfToken = (session: string, token: string): boolean => isSame(token, csrfTokenOf(session))

export function isOurForm(request: FastifyRequest, form: Form, token: string | undefined): boolean {
  const secret = formSecretOf(request, form)
  if (secret === undefined || token === undefined) return false
  return isSame(token, formToken(secret, form))
}
