import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Call, Principal } from '../../../../domain/access/index.ts'
import { formToken, sessionOf, visitorOf } from '../../../page/cookies.ts'
import { errorPage } from '../../../page/error-page.ts'
import { sendPage } from '../../../page/send-page.ts'
import { type AuthorizationRequest, parseAuthorizationRequest, type Query } from '../authorization-request.ts'
import type { OAuthDeps } from '../deps.ts'
import { consentPage } from '../pages/consent-page.ts'
import { loginPage } from '../pages/login-page.ts'

/** A user in a browser, with the secret of the session. */
export interface Visit {
  readonly session: string
  readonly user: Principal
  readonly call: Call
}

export async function findVisit({ access }: OAuthDeps, request: FastifyRequest): Promise<Visit | null> {
  const session = sessionOf(request)
  const user = session === undefined ? null : await access.authenticateSession(session)
  return session === undefined || user === null
    ? null
    : { session, user, call: { principal: user, requestId: request.id } }
}

/** The checked request; null when an answer was sent already, because it is not a good one. */
export async function readRequest(
  deps: OAuthDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<AuthorizationRequest | null> {
  const parsed = await parseAuthorizationRequest(deps.access, request.query as Query, deps.originOf(request))
  if (parsed.kind === 'request') return parsed.request
  if (parsed.kind === 'refused') reply.redirect(parsed.location, 302)
  else sendPage(reply, errorPage(400, 'This link does not work', parsed.message))
  return null
}

export function showLogin(
  deps: OAuthDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  page: Omit<Parameters<typeof loginPage>[0], 'token'>,
) {
  const visitor = visitorOf(request, reply, deps.originOf(request))
  const elsewhere = deps.loginElsewhere === true
  return sendPage(reply, loginPage({ ...page, elsewhere, token: formToken(visitor, 'login') }))
}

export async function showConsent(
  deps: OAuthDeps,
  visit: Visit,
  reply: FastifyReply,
  page: { request: AuthorizationRequest; status?: number; fault?: string },
) {
  return sendPage(
    reply,
    consentPage({
      ...page,
      email: visit.user.name,
      workspaces: await deps.access.listConsentWorkspaces(visit.user),
      token: formToken(visit.session, 'consent'),
      logoutToken: formToken(visit.session, 'logout'),
    }),
  )
}

/** GET /authorize: asks the user to log in, then for consent. */
export function authorizeRoute(deps: OAuthDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = await readRequest(deps, request, reply)
    if (!asked) return reply
    const visit = await findVisit(deps, request)
    if (!visit) return showLogin(deps, request, reply, { request: asked })
    return await showConsent(deps, visit, reply, { request: asked })
  }
}
