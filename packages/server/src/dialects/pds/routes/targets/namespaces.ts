import { Type } from 'typebox'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentNamespace } from '../../presenters/namespace.ts'
import { Namespace, NamespaceChanges, NewNamespace } from '../../schemas/namespace.ts'
import { Named } from '../../schemas/text.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'Namespaces'

export const listNamespaces = operation({
  tag,
  summary: 'List the namespaces of a deployment target',
  description: 'A host has `default` from the beginning; each is an isolation group there.',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    name: Type.Optional(Named),
    status: Type.Optional(Named),
  }),
  status: 200,
  response: PageOf(Namespace),
  async handle({ params, query, call }, { deploymentTargets }) {
    const page = readList(query, ['id', 'name', 'created_at'])
    const { id, name, status } = query
    const found = await deploymentTargets.listNamespaces(call, params.id, { id, name, status }, page)
    return toPage(page, found, presentNamespace)
  },
})

export const createNamespace = operation({
  tag,
  summary: 'Create a namespace',
  params: OfId,
  body: NewNamespace,
  status: 200,
  response: Namespace,
  handle: async ({ params: { id: deploymentTargetId }, body: { name }, call }, { deploymentTargets }) =>
    presentNamespace(await deploymentTargets.createNamespace(call, { deploymentTargetId, name })),
})

export const getNamespace = operation({
  tag,
  summary: 'Get a namespace',
  params: OfId,
  status: 200,
  response: Namespace,
  handle: async ({ params, call }, { deploymentTargets }) =>
    presentNamespace(await deploymentTargets.getNamespace(call, params.id)),
})

export const updateNamespace = operation({
  tag,
  summary: 'Say whether a namespace takes new deployments',
  params: OfId,
  body: NamespaceChanges,
  status: 201,
  response: Namespace,
  handle: async ({ params, body: { status }, call }, { deploymentTargets }) =>
    presentNamespace(await deploymentTargets.updateNamespace(call, params.id, { status })),
})

export const deleteNamespace = operation({
  tag,
  summary: 'Delete a namespace',
  description: 'One that no deployment is in. A host keeps `default`.',
  params: OfId,
  status: 204,
  async handle({ params, call }, { deploymentTargets }) {
    await deploymentTargets.deleteNamespace(call, params.id)
  },
})
