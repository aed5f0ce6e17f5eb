import { Type } from 'typebox'
import { parseId } from '../ids.ts'
import { operation } from '../operation.ts'
import { readPage, toList } from '../pagination.ts'
import { presentServiceToken } from '../presenters/service-token.ts'
import { Data, List, PageQuery } from '../schemas/envelope.ts'
import { CheckedIdInput, IdInput } from '../schemas/input.ts'
import { CreateServiceToken, NewServiceToken, ServiceToken } from '../schemas/service-token.ts'

const tag = 'Service tokens'
const params = Type.Object({ workspaceId: IdInput('wksp', 'workspace') })

export const listServiceTokens = operation({
  tag,
  summary: 'List service tokens',
  description: 'Newest first; empty for a workspace that does not exist or is not the caller’s.',
  params,
  query: Type.Object(PageQuery),
  status: 200,
  response: List(ServiceToken),
  async handle({ call, params, query }, { access }) {
    const page = readPage(query)
    const workspaceId = parseId('workspace', params.workspaceId)
    if (workspaceId === null) return toList({ items: [], next: null }, presentServiceToken)
    return toList(await access.listServiceTokens(call, { workspaceId, page }), presentServiceToken)
  },
})

export const createServiceToken = operation({
  tag,
  summary: 'Create a service token',
  description: 'Full access to the workspace, without an end. Its value is shown this once.',
  params: Type.Object({ workspaceId: CheckedIdInput('wksp', 'workspace') }),
  body: CreateServiceToken,
  invalid: 422,
  status: 201,
  response: Data(NewServiceToken),
  async handle({ call, params, body, ids }, { access }) {
    const workspaceId = ids.read('workspace', params.workspaceId)
    const token = await access.createServiceToken(call, { workspaceId, name: body.name })
    return { data: { ...presentServiceToken(token), value: token.value } }
  },
})

export const deleteServiceToken = operation({
  tag,
  summary: 'Delete a service token',
  description: 'It stops working with the next request.',
  params: Type.Object({
    workspaceId: IdInput('wksp', 'workspace'),
    serviceTokenId: IdInput('tok', 'service token'),
  }),
  status: 204,
  async handle({ call, params, ids }, { access }) {
    const workspaceId = ids.read('workspace', params.workspaceId)
    await access.revokeServiceToken(call, {
      workspaceId,
      id: ids.read('serviceToken', params.serviceTokenId),
    })
  },
})
