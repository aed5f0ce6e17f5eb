import { Type } from 'typebox'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentServiceAccount } from '../../presenters/identity.ts'
import { ServiceAccount } from '../../schemas/identity.ts'
import { Named } from '../../schemas/text.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'ServiceAccounts'

export const listServiceAccounts = operation({
  tag,
  summary: 'List a tenant’s service accounts',
  description: 'Its service tokens, also those that another API of Croft made.',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    name: Type.Optional(Named),
    token: Type.Optional(Type.String({ description: 'The one that comes with this token.' })),
  }),
  status: 200,
  response: PageOf(ServiceAccount),
  async handle({ call, params, query }, { access }) {
    const page = readList(query, ['name', 'id', 'created_at'])
    const { id, name, token } = query
    const filter = { workspaceId: params.id, id, name, token, page }
    return toPage(page, await access.pageServiceAccounts(call, filter), presentServiceAccount)
  },
})

export const createServiceAccount = operation({
  tag,
  summary: 'Create a service account',
  description: 'It may do everything in the tenant.',
  params: OfId,
  body: Type.Object({ name: Type.String() }),
  status: 200,
  response: ServiceAccount,
  async handle({ call, params, body: { name } }, { access }) {
    return presentServiceAccount(await access.createServiceAccount(call, { workspaceId: params.id, name }))
  },
})

export const getServiceAccount = operation({
  tag,
  summary: 'Get a service account',
  params: OfId,
  status: 200,
  response: ServiceAccount,
  async handle({ call, params }, { access }) {
    return presentServiceAccount(await access.getServiceAccount(call, params.id))
  },
})

export const getServiceAccountToken = operation({
  tag,
  summary: 'Get the token of a service account',
  description:
    'For those who may make service accounts. One that another API of Croft made is 404: it was shown once.',
  params: OfId,
  status: 200,
  response: Type.Object({ token: Type.String() }),
  async handle({ call, params }, { access }) {
    return { token: await access.readServiceAccountToken(call, params.id) }
  },
})

export const deleteServiceAccount = operation({
  tag,
  summary: 'Delete a service account',
  description: 'Its token is unknown from the next request on.',
  params: OfId,
  status: 204,
  async handle({ call, params }, { access }) {
    await access.deleteServiceAccount(call, params.id)
  },
})
