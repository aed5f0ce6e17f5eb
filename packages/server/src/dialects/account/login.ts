import type { FastifyReply, FastifyRequest } from 'fastify'
import { formToken, sessionOf, visitorOf } from '../page/cookies.ts'
import { readForm } from '../page/form-body.ts'
import { html } from '../page/html.ts'
import { FIRST_LOGIN, loginForm } from '../page/login-form.ts'
import { ownPath } from '../page/own-path.ts'
import { sendPage } from '../page/send-page.ts'
import { type RefusedLogin, tryLogin } from '../page/try-login.ts'
import type { AccountDeps } from './deps.ts'

const returnTo = (request: FastifyRequest, origin: string): string =>
  ownPath(readForm(request.query).fields.return_to, origin)

function show(deps: AccountDeps, request: FastifyRequest, reply: FastifyReply, refused?: RefusedLogin) {
  const origin = deps.originOf(request)
  const query = new URLSearchParams({ return_to: returnTo(request, origin) }).toString()
  const token = formToken(visitorOf(request, reply, origin), 'login')
  const elsewhere = deps.loginElsewhere === true
  return sendPage(reply, {
    status: refused?.status ?? 200,
    title: 'Log in',
    body: html`<h1>Log in to Croft</h1>
${loginForm({ ...refused, action: `/login?${query}`, token })}
${elsewhere && html`<p class="after"><a href="/login/oidc?${query}">Log in with your organization’s account</a></p>`}`,
    footer: FIRST_LOGIN,
  })
}

/** GET /login: asks who it is, unless that is known; then on to `return_to`. */
export function loginPageRoute(deps: AccountDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const session = sessionOf(request)
    const user = session === undefined ? null : await deps.access.authenticateSession(session)
    if (user === null) return show(deps, request, reply)
    return reply.redirect(returnTo(request, deps.originOf(request)), 302)
  }
}

/** POST /login: a session for an email and a password. */
export function loginRoute(deps: AccountDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const refused = await tryLogin(deps, request, reply)
    if (refused !== null) return show(deps, request, reply, refused)
    return reply.redirect(returnTo(request, deps.originOf(request)), 303)
  }
}
