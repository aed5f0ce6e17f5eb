import type { FastifyReply, FastifyRequest } from 'fastify'
import { clearSession, formToken, isOurForm } from '../../../page/cookies.ts'
import { readForm } from '../../../page/form-body.ts'
import { ownPath } from '../../../page/own-path.ts'
import { sendPage } from '../../../page/send-page.ts'
import { parseAuthorizationRequest, type Query, toQuery } from '../authorization-request.ts'
import type { OAuthDeps } from '../deps.ts'
import { loggedOutPage, logoutPage } from '../pages/logout-page.ts'
import { findVisit } from './authorize.ts'

/** GET /logout: asks, since following a link must not log anybody out. */
export function logoutPageRoute(deps: OAuthDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const visit = await findVisit(deps, request)
    if (!visit) return sendPage(reply, loggedOutPage())
    return sendPage(reply, logoutPage(visit.user.name, formToken(visit.session, 'logout')))
  }
}

/** POST /logout: ends the session; goes back to `return_to` or the authorization request that it came from, if any. */
export function logoutRoute(deps: OAuthDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const visit = await findVisit(deps, request)
    if (visit) {
      const { fields } = readForm(request.body)
      if (!isOurForm(request, 'logout', fields.form_token)) {
        return sendPage(reply, {
          ...logoutPage(visit.user.name, formToken(visit.session, 'logout')),
          status: 403,
        })
      }
      await deps.access.logout(visit.call, visit.session)
    }
    const origin = deps.originOf(request)
    clearSession(reply, origin)
    const { return_to: back } = readForm(request.query).fields
    if (back !== undefined) return reply.redirect(ownPath(back, origin), 303)
    const parsed = await parseAuthorizationRequest(deps.access, request.query as Query, origin)
    if (parsed.kind !== 'request') return sendPage(reply, loggedOutPage())
    return reply.redirect(`/authorize?${toQuery(parsed.request)}`, 303)
  }
}
