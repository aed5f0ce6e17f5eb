import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../../domain/access/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { formToken, isOurForm, sessionOf, setSession, visitorOf } from '../page/cookies.ts'
import { readForm } from '../page/form-body.ts'
import { html } from '../page/html.ts'
import { sendPage } from '../page/send-page.ts'
import type { AccountDeps } from './deps.ts'
import { invitationPage } from './invitation-page.ts'
import { statusOf } from './page-error.ts'

async function visitorUser({ access }: AccountDeps, request: FastifyRequest): Promise<Principal | null> {
  const session = sessionOf(request)
  return session === undefined ? null : await access.authenticateSession(session)
}

async function show(
  deps: AccountDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { token, status, fault }: { token: string; status?: number; fault?: string },
) {
  const found = await deps.people.findInvitation(token)
  const visitor = await visitorUser(deps, request)
  const back = `/invitation?${new URLSearchParams({ token })}`
  return sendPage(
    reply,
    invitationPage({
      found,
      token,
      proof: formToken(visitorOf(request, reply, deps.originOf(request)), 'invitation'),
      isVisitor: visitor !== null && visitor.userId === found.user?.id,
      elsewhere: deps.people.hasProvider ? `/login/oidc?${new URLSearchParams({ return_to: back })}` : null,
      status,
      fault,
    }),
  )
}

/** GET /invitation: where links of invitations lead. Only the form uses the token up. */
export function invitationRoute(deps: AccountDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { token = '' } = readForm(request.query).fields
    return show(deps, request, reply, { token })
  }
}

/** POST /invitation: a new user with the password chosen, or a login of one who exists. */
export function invitationForm(deps: AccountDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { token = '', password, code, name, form_token: proof } = readForm(request.body).fields
    if (!isOurForm(request, 'invitation', proof)) {
      const fault = 'The form was out of date, or cookies are off. Please try again.'
      return show(deps, request, reply, { token, status: 403, fault })
    }
    try {
      const session = await deps.people.acceptInvitation(await visitorUser(deps, request), {
        token,
        password,
        code,
        displayName: name,
        address: request.ip,
        userAgent: request.headers['user-agent'],
        requestId: request.id,
      })
      if (session !== null) setSession(reply, deps.originOf(request), session)
    } catch (error) {
      const known = error instanceof CroftError && error.code !== 'invitation-not-found'
      if (!known || statusOf(error) >= 500) throw error
      if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter)
      return show(deps, request, reply, { token, status: statusOf(error), fault: error.message })
    }
    return sendPage(reply, {
      title: 'Welcome',
      body: html`<h1>Welcome</h1><p>The role is yours, and you are logged in.</p>`,
    })
  }
}
