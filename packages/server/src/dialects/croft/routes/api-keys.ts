import { Type } from 'typebox'
import type { ApiKey as Key, StoredRule } from '../../../domain/access/index.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { ApiKey, ApiKeyWithValue, CreateApiKey, UpdateApiKey } from '../schemas/api-key.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'
import { WorkspaceId, workspaceOf } from '../workspace-of.ts'

const tag = 'API keys'
const InWorkspace = Type.Object({ workspaceId: WorkspaceId })

const presentWords = (words: string | readonly string[]) => (typeof words === 'string' ? words : [...words])

const presentRule = ({ action, role, conditions, ...rule }: StoredRule) => ({
  ...rule,
  action: presentWords(action),
  ...(role === undefined ? {} : { role: presentWords(role) }),
  ...(conditions === undefined ? {} : { conditions: { ...conditions } }),
})

const presentKey = (key: Key) => ({
  id: key.id,
  name: key.name,
  workspaceId: key.workspaceId,
  rules: key.rules.map(presentRule),
  disabled: key.disabled,
  createdAt: key.createdAt.toISOString(),
  updatedAt: key.updatedAt.toISOString(),
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
})

export const listApiKeys = operation({
  tag,
  summary: 'List API keys',
  description: 'Oldest first, without their values.',
  query: Type.Object({ ...PageQuery, workspaceId: WorkspaceId }),
  status: 200,
  response: pageOf(ApiKey),
  async handle({ call, query }, { access }) {
    const workspaceId = workspaceOf(call, query.workspaceId)
    return presentPage(await access.listApiKeys(call, { workspaceId, page: readPage(query) }), presentKey)
  },
})

export const createApiKey = operation({
  tag,
  summary: 'Create an API key',
  description: 'Its rules say what may be done with it: see [rules](/docs/reference/rules).',
  body: CreateApiKey,
  status: 201,
  response: ApiKeyWithValue,
  async handle({ call, body }, { access }) {
    const { name, rules } = body
    const workspaceId = workspaceOf(call, body.workspaceId)
    const key = await access.createApiKey(call, { workspaceId, name, rules })
    return { ...presentKey(key), value: key.value }
  },
})

export const getApiKey = operation({
  tag,
  summary: 'Get an API key',
  description: 'With its value, as Prisme.ai’s API shows it.',
  params: IdParams,
  query: InWorkspace,
  status: 200,
  response: ApiKeyWithValue,
  async handle({ call, params, query }, { access }) {
    const workspaceId = workspaceOf(call, query.workspaceId)
    const key = await access.getApiKey(call, { workspaceId, which: { id: readId('key', params.id) } })
    return { ...presentKey(key), value: key.value }
  },
})

export const updateApiKey = operation({
  tag,
  summary: 'Change an API key',
  description: 'Its name, its rules, or whether it is switched off. It counts from the next request on.',
  params: IdParams,
  query: InWorkspace,
  body: UpdateApiKey,
  status: 200,
  response: ApiKey,
  async handle({ call, params, query, body }, { access }) {
    const workspaceId = workspaceOf(call, query.workspaceId)
    const which = { id: readId('key', params.id) }
    return presentKey(await access.updateApiKey(call, { workspaceId, which, changes: body }))
  },
})

export const deleteApiKey = operation({
  tag,
  summary: 'Delete an API key',
  description: 'It stops working with the next request.',
  params: IdParams,
  query: InWorkspace,
  status: 204,
  async handle({ call, params, query }, { access }) {
    const workspaceId = workspaceOf(call, query.workspaceId)
    await access.deleteApiKey(call, { workspaceId, which: { id: readId('key', params.id) } })
  },
})
