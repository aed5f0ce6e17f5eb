import { type Static, Type } from 'typebox'
import type { Invitation as DomainInvitation } from '../../../domain/access/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { Name } from '../schemas/input.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'
import {
  Code,
  CreatedInvitation,
  CreateInvitation,
  CurrentSession,
  Invitation,
  LinkToken,
  Password,
} from '../schemas/people.ts'
import { Level } from '../schemas/role.ts'
import { answerSession } from './sessions.ts'

const tag = 'Invitations'

const presentInvitation = (invitation: DomainInvitation): Static<typeof Invitation> => ({
  id: invitation.id,
  email: invitation.email,
  role: invitation.role,
  scope: { ...invitation.scope },
  invitedBy: invitation.invitedBy,
  createdAt: invitation.createdAt.toISOString(),
  expiresAt: invitation.expiresAt.toISOString(),
})

export const listInvitations = operation({
  tag,
  summary: 'List open invitations',
  query: Type.Object({
    ...PageQuery,
    scopeType: Level,
    scopeId: Type.Optional(Type.String({ maxLength: 100, description: 'Left out for the platform.' })),
  }),
  status: 200,
  response: pageOf(Invitation),
  async handle({ call, query }, { people }) {
    const scope = { type: query.scopeType, id: query.scopeId ?? null }
    return presentPage(
      await people.listInvitations(call, { scope, page: readPage(query) }),
      presentInvitation,
    )
  },
})

export const createInvitation = operation({
  tag,
  summary: 'Invite somebody to a role',
  description:
    'By mail, where a mail server is set; else the answer has the link. It is good for a week. Inviting again ends the earlier link.',
  body: CreateInvitation,
  status: 201,
  response: CreatedInvitation,
  async handle({ call, body: { email, role, scope }, browser }, { people }) {
    const wanted = { email, role, scope: { type: scope.type, id: scope.id ?? null } }
    const { token, ...invitation } = await people.createInvitation(call, wanted)
    const link = token === null ? null : `${browser.origin}/invitation?token=${token}`
    return { ...presentInvitation(invitation), link }
  },
})

export const deleteInvitation = operation({
  tag,
  summary: 'Withdraw an invitation',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { people }) {
    await people.deleteInvitation(call, readId('invitation', params.id))
  },
})

export const acceptInvitation = operation({
  tag,
  summary: 'Accept an invitation as the user who asks',
  body: Type.Object({ token: LinkToken }, { additionalProperties: false }),
  status: 204,
  async handle({ call, body, address }, { people }) {
    const { principal, requestId } = call
    await people.acceptInvitation(principal, { ...body, address, requestId })
  },
})

export const joinByInvitation = operation({
  tag,
  summary: 'Accept an invitation and log in',
  description: 'A new user chooses the password; one who has an account already logs in with it.',
  body: Type.Object(
    {
      token: LinkToken,
      password: Password,
      code: Type.Optional(Code),
      displayName: Type.Optional(Name),
    },
    { additionalProperties: false },
  ),
  status: 201,
  response: CurrentSession,
  async handle({ call: { requestId }, body, address, browser }, deps) {
    const { userAgent } = browser
    const secret = await deps.people.acceptInvitation(null, { ...body, address, userAgent, requestId })
    if (secret === null) throw new CroftError('internal', 'An invitation was accepted without a session.')
    return answerSession(deps, browser, secret, requestId)
  },
})
