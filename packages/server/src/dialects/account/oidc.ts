import type { FastifyReply, FastifyRequest } from 'fastify'
import { setSession } from '../page/cookies.ts'
import { readForm } from '../page/form-body.ts'
import { ownPath } from '../page/own-path.ts'
import type { AccountDeps } from './deps.ts'

/** Ties a login at the provider to the browser that began it. */
const STATE = 'croft_oidc'
const CALLBACK = '/login/oidc/callback'

const options = (origin: string) =>
  // Lax, since the way back from the provider is a navigation that must carry it.
  ({ path: '/login/oidc', httpOnly: true, sameSite: 'lax', secure: origin.startsWith('https:') }) as const

/** GET /login/oidc: to the provider. */
export function beginRoute({ people, originOf }: AccountDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const origin = originOf(request)
    const { return_to: asked } = readForm(request.query).fields
    const { url, state } = await people.beginOidcLogin({
      redirectUri: origin + CALLBACK,
      returnTo: ownPath(asked, origin),
    })
    reply.setCookie(STATE, state, { ...options(origin), maxAge: 600 })
    return reply.redirect(url, 302)
  }
}

/** GET /login/oidc/callback: back from the provider, with a code or a refusal. */
export function callbackRoute({ people, originOf }: AccountDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const origin = originOf(request)
    const state = request.cookies[STATE]
    reply.clearCookie(STATE, options(origin))
    const { session, returnTo } = await people.finishOidcLogin({
      url: new URL(request.url, origin),
      state,
      address: request.ip,
      userAgent: request.headers['user-agent'],
      requestId: request.id,
    })
    setSession(reply, origin, session)
    return reply.redirect(returnTo, 302)
  }
}
