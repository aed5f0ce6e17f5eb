import { Type } from 'typebox'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentInvitation } from '../../presenters/iam.ts'
import { issuerOf } from '../../presenters/sign-in.ts'
import { readRole, seekRole } from '../../role-names.ts'
import { Invitation, InvitationChanges, NewInvitation } from '../../schemas/iam.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'Invitations'

export const createInvitation = operation({
  tag,
  summary: 'Invite somebody to an account',
  description:
    'A user gets the role at once; anybody else at the first login with that email, within a week. Where a mail server is set, a link is sent as well.',
  params: OfId,
  body: NewInvitation,
  status: 200,
  async handle({ call, params, body }, { people }) {
    const role = readRole(body.role_name)
    await people.inviteToOrganization(call, { organizationId: params.id, email: body.email, role })
  },
})

export const listInvitations = operation({
  tag,
  summary: 'List an account’s invitations',
  description: 'Those that can still be taken.',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    email: Type.Optional(Type.String()),
    role_name: Type.Optional(Type.String()),
  }),
  status: 200,
  response: PageOf(Invitation),
  async handle({ call, params, query, origin }, { people }) {
    const page = readList(query, ['id', 'email', 'role_name', 'created_at'])
    const { id, email, role_name: name } = query
    const role = name === undefined ? undefined : seekRole(name)
    const filter = { organizationId: params.id, id, email, role, page }
    return toPage(page, await people.pageInvitations(call, filter), (each) =>
      presentInvitation(each, params.id, issuerOf(origin).issuer),
    )
  },
})

export const changeInvitation = operation({
  tag,
  summary: 'Invite to another role',
  params: OfId,
  body: InvitationChanges,
  status: 204,
  async handle({ call, params, body }, { people }) {
    await people.changeInvitation(call, params.id, { role: readRole(body.role_name) })
  },
})

export const deleteInvitation = operation({
  tag,
  summary: 'Withdraw an invitation',
  params: OfId,
  status: 204,
  async handle({ call, params }, { people }) {
    await people.deleteInvitation(call, params.id)
  },
})
