import type { FastifyReply, FastifyRequest } from 'fastify'
import { tryLogin } from '../../../page/try-login.ts'
import { toQuery } from '../authorization-request.ts'
import type { OAuthDeps } from '../deps.ts'
import { readRequest, showLogin } from './authorize.ts'

/** POST /authorize/login: a session for an email and a password, then on to the consent. */
export function loginRoute(deps: OAuthDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = await readRequest(deps, request, reply)
    if (!asked) return reply
    const refused = await tryLogin(deps, request, reply)
    if (refused !== null) return showLogin(deps, request, reply, { request: asked, ...refused })
    return reply.redirect(`/authorize?${toQuery(asked)}`, 303)
  }
}
