import type { FastifyReply, FastifyRequest } from 'fastify'
import { signsIn } from '../../../../domain/access/index.ts'
import { CroftError } from '../../../../platform/errors/index.ts'
import { isUuid } from '../../../../platform/ids/index.ts'
import { isOurForm } from '../../../page/cookies.ts'
import { readForm } from '../../../page/form-body.ts'
import { answerLocation, toQuery } from '../authorization-request.ts'
import type { OAuthDeps } from '../deps.ts'
import { findVisit, readRequest, showConsent } from './authorize.ts'

/** POST /authorize/consent: sends the user back to the application, with a code or a refusal. */
export function consentRoute(deps: OAuthDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = await readRequest(deps, request, reply)
    if (!asked) return reply
    const visit = await findVisit(deps, request)
    if (!visit) return reply.redirect(`/authorize?${toQuery(asked)}`, 303)
    const { fields } = readForm(request.body)
    if (!isOurForm(request, 'consent', fields.form_token)) {
      const fault = 'The form was out of date. Please decide again.'
      return await showConsent(deps, visit, reply, { request: asked, status: 403, fault })
    }
    const { client, redirectUri, scopes, state, codeChallenge } = asked
    const iss = deps.originOf(request)
    if (fields.decision !== 'allow') {
      const refused = { error: 'access_denied', error_description: 'The user did not allow it.', state, iss }
      return reply.redirect(answerLocation(redirectUri, refused), 302)
    }
    if (signsIn(client)) {
      const code = await deps.access.createSignInCode(visit.call)
      return reply.redirect(answerLocation(redirectUri, { code, state, iss }), 302)
    }
    const workspaceId = fields.workspace
    const again = { request: asked, status: 422, fault: 'Please choose a workspace.' }
    if (workspaceId === undefined || !isUuid(workspaceId)) return await showConsent(deps, visit, reply, again)
    try {
      const consent = { clientId: client.clientId, workspaceId, scopes, redirectUri, codeChallenge }
      const code = await deps.access.grantConsent(visit.call, consent)
      return reply.redirect(answerLocation(redirectUri, { code, state, iss }), 302)
    } catch (error) {
      if (!(error instanceof CroftError) || error.code !== 'workspace-not-found') throw error
      return await showConsent(deps, visit, reply, again)
    }
  }
}
