import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from '../../domain/access/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { isOurForm, setSession } from './cookies.ts'
import { readForm } from './form-body.ts'

/** A wrong password is 422: 401 would have to name a scheme, at which browsers ask by a box of their own. */
const STATUS: Readonly<Record<string, number>> = {
  'not-authenticated': 422,
  'second-factor-required': 422,
  'rate-limited': 429,
}

/** What the form is to be shown with again. */
export interface RefusedLogin {
  readonly status: number
  readonly fault: string
  readonly email?: string | undefined
  readonly asksCode?: boolean
}

/** Gives the browser a session for the email and the password of a login form; null when that is done. */
export async function tryLogin(
  { access, originOf }: { readonly access: Access; readonly originOf: (request: FastifyRequest) => string },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<RefusedLogin | null> {
  const { fields } = readForm(request.body)
  const { email, password, code } = fields
  if (!isOurForm(request, 'login', fields.form_token))
    return { status: 403, fault: 'The form was out of date, or cookies are off. Please try again.' }
  if (!email || !password)
    return { status: 422, email, fault: 'Please give both your email and your password.' }
  try {
    const session = await access.login({
      email,
      password,
      code,
      address: request.ip,
      userAgent: request.headers['user-agent'],
      requestId: request.id,
    })
    setSession(reply, originOf(request), session)
    return null
  } catch (error) {
    const status = error instanceof CroftError ? STATUS[error.code] : undefined
    if (!(error instanceof CroftError) || status === undefined) throw error
    if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter)
    // A password is not sent back into a form, so it is asked for again with the code.
    const asksCode = error.code === 'second-factor-required' || code !== undefined
    return { status, email, fault: error.message, asksCode }
  }
}
