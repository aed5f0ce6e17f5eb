import { Type } from 'typebox'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentIdentity, presentIdentityWithToken } from '../../presenters/identity.ts'
import { ServiceIdentity, ServiceIdentityRequest, ServiceIdentityWithToken } from '../../schemas/identity.ts'
import { Named } from '../../schemas/text.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'ServiceIdentity'
const kind = 'identity'

export const listServiceIdentities = operation({
  tag,
  summary: 'List an account’s service identities',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    name: Type.Optional(Named),
    created_by: Type.Optional(Uuid),
    client_id: Type.Optional(Named),
    enabled: Type.Optional(Type.Boolean()),
  }),
  status: 200,
  response: PageOf(ServiceIdentity),
  async handle({ call, params, query }, { access }) {
    const page = readList(query, ['id', 'name', 'created_at', 'created_by'])
    const { id, name, enabled, created_by: createdBy, client_id: clientId } = query
    const filter = { kind, organizationId: params.id, id, name, enabled, createdBy, clientId, page } as const
    return toPage(page, await access.pageIdentities(call, filter), presentIdentity)
  },
})

export const createServiceIdentity = operation({
  tag,
  summary: 'Create a service identity',
  description:
    'It has no rights until an IAM record or a role binding names its id. A service identity cannot make another.',
  params: OfId,
  body: ServiceIdentityRequest,
  status: 200,
  response: ServiceIdentityWithToken,
  async handle({ call, params, body: { name, description, enabled } }, { access }) {
    const wanted = { kind, organizationId: params.id, name, description, enabled } as const
    return presentIdentityWithToken(await access.createIdentity(call, wanted))
  },
})

export const getServiceIdentity = operation({
  tag,
  summary: 'Get a service identity',
  params: OfId,
  status: 200,
  response: ServiceIdentity,
  async handle({ call, params }, { access }) {
    return presentIdentity(await access.getIdentity(call, { kind, id: params.id }))
  },
})

export const updateServiceIdentity = operation({
  tag,
  summary: 'Replace what is said of a service identity',
  description:
    'A description that is left out is removed. Switched off, its tokens count for nothing until it is on again.',
  params: OfId,
  body: ServiceIdentityRequest,
  status: 200,
  response: ServiceIdentity,
  async handle({ call, params, body: { name, description = '', enabled } }, { access }) {
    const changes = { name, description, enabled }
    return presentIdentity(await access.updateIdentity(call, { kind, id: params.id, changes }))
  },
})

export const deleteServiceIdentity = operation({
  tag,
  summary: 'Delete a service identity',
  description: 'Its tokens and its roles end with it.',
  params: OfId,
  status: 204,
  async handle({ call, params }, { access }) {
    await access.deleteIdentity(call, { kind, id: params.id })
  },
})

export const regenerateServiceIdentity = operation({
  tag,
  summary: 'Give a service identity another client id and token',
  description:
    'A GET that changes something, as in the original. The old pair, and the tokens had for it, end.',
  changes: true,
  params: OfId,
  status: 200,
  response: ServiceIdentityWithToken,
  async handle({ call, params }, { access }) {
    return presentIdentityWithToken(await access.regenerateSecret(call, { kind, id: params.id }))
  },
})
