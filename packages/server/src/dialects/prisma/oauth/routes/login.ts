import type { FastifyReply, FastifyRequest } from 'fastify'
import { CroftError } from '../../../../platform/errors/index.ts'
import { isOurForm, setSession } from '../../../page/cookies.ts'
import { readForm } from '../../../page/form-body.ts'
import { toQuery } from '../authorization-request.ts'
import type { OAuthDeps } from '../deps.ts'
import { readRequest, showLogin } from './authorize.ts'

/** A wrong password is 422: 401 would have to name a scheme, at which browsers ask by a box of their own. */
const STATUS: Readonly<Record<string, number>> = {
  'not-authenticated': 422,
  'second-factor-required': 422,
  'rate-limited': 429,
}

/** POST /authorize/login: a session for an email and a password, then on to the consent. */
export function loginRoute(deps: OAuthDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = await readRequest(deps, request, reply)
    if (!asked) return reply
    const { fields } = readForm(request.body)
    const { email, password, code } = fields
    if (!isOurForm(request, 'login', fields.form_token)) {
      const fault = 'The form was out of date, or cookies are off. Please try again.'
      return showLogin(deps, request, reply, { request: asked, status: 403, fault })
    }
    if (!email || !password) {
      const fault = 'Please give both your email and your password.'
      return showLogin(deps, request, reply, { request: asked, status: 422, email, fault })
    }
    try {
      const session = await deps.access.login({
        email,
        password,
        code,
        address: request.ip,
        userAgent: request.headers['user-agent'],
        requestId: request.id,
      })
      setSession(reply, deps.originOf(request), session)
    } catch (error) {
      const status = error instanceof CroftError ? STATUS[error.code] : undefined
      if (!(error instanceof CroftError) || status === undefined) throw error
      if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter)
      const { message: fault } = error
      // A password is not sent back into a form, so it is asked for again with the code.
      const asksCode = error.code === 'second-factor-required' || code !== undefined
      return showLogin(deps, request, reply, { request: asked, status, email, fault, asksCode })
    }
    return reply.redirect(`/authorize?${toQuery(asked)}`, 303)
  }
}
