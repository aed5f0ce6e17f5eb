import type { FastifyRequest } from 'fastify'
import { type Access, mayBeBearer, type Principal } from '../../domain/access/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { csrfTokenOf, isCsrfToken, sessionOf } from '../page/cookies.ts'
import { readBasicHeader } from './basic-header.ts'
import { tellAs } from './errors.ts'

export interface Caller {
  readonly principal: Principal
  /** Of a browser that is logged in; null for who sends a password. */
  readonly session: string | null
}

const refused = (message: string): CroftError => new CroftError('not-authenticated', message)
const NOT_PROVIDED = 'Authentication credentials were not provided.'
const WRONG = { status: 401, shape: 'detail', message: 'Invalid username/password' } as const

/**
 * Who sends a request: an email and its password, or any token or API key of ours as the password of whatever user;
 * else the session of a browser. Other schemes are as if nothing were said. Throws what is told as 401.
 */
export async function authenticate(access: Access, request: FastifyRequest): Promise<Caller> {
  const basic = readBasicHeader(request.headers.authorization)
  if (basic === null) return authenticateSession(access, sessionOf(request))
  if ('fault' in basic) throw refused(basic.fault)
  try {
    return { principal: await authenticateBasic(access, request, basic), session: null }
  } catch (error) {
    if (error instanceof CroftError && error.code === 'not-authenticated') throw tellAs(error, WRONG)
    throw error
  }
}

async function authenticateBasic(
  access: Access,
  { ip, id }: FastifyRequest,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<Principal> {
  // No password that somebody would choose has the form of one of our tokens.
  if (mayBeBearer(password)) return access.authenticate(password)
  return access.authenticatePassword({ email: user, password, address: ip, requestId: id })
}

async function authenticateSession(access: Access, session: string | undefined): Promise<Caller> {
  const principal = session === undefined ? null : await access.authenticateSession(session)
  if (session === undefined || principal === null) throw refused(NOT_PROVIDED)
  return { principal, session }
}

/** What forms carry for `csrfmiddlewaretoken`; null where a password comes with every request. */
export const csrfTokenFor = ({ session }: Caller): string | null =>
  session === null ? null : csrfTokenOf(session)

const HEADERS = ['x-csrftoken', 'x-csrf-token'] as const

/** Browsers send cookies whatever page asks: a change by a session needs what only our pages know. */
export function refuseForgery(request: FastifyRequest, { session }: Caller, field: unknown): void {
  if (session === null) return
  const given = [...HEADERS.map((name) => request.headers[name]), field].find(
    (each) => typeof each === 'string',
  )
  if (typeof given === 'string' && isCsrfToken(session, given)) return
  const message = `CSRF Failed: the CSRF token is ${given === undefined ? 'missing' : 'incorrect'}.`
  throw tellAs(new CroftError('forbidden', message), { status: 403, shape: 'detail', message })
}
