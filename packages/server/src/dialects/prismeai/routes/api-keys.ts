import { Type } from 'typebox'
import type { ApiKey as Key } from '../../../domain/access/index.ts'
import { readWorkspaceId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentRule } from '../present-rule.ts'
import { ApiKey, ApiKeyInput, ApiKeyParams, DeletedApiKey } from '../schemas/api-key.ts'
import { WorkspaceParams } from '../schemas/input.ts'

const tag = 'API keys'
const PAGE = 1000

const presentKey = ({ value, name, rules, workspaceId, disabled }: Key) => ({
  apiKey: value,
  name,
  rules: rules.map(presentRule),
  subjectType: 'workspaces' as const,
  subjectId: workspaceId,
  ...(disabled ? { disabled } : {}),
})

export const listApiKeys = operation({
  tag,
  summary: 'List API keys',
  description: 'All of them, oldest first.',
  params: WorkspaceParams,
  status: 200,
  response: Type.Array(ApiKey),
  async handle({ call, params }, { access }) {
    const workspaceId = readWorkspaceId(params.workspaceId)
    const keys: Key[] = []
    let after: string | null = null
    do {
      const page = await access.listApiKeys(call, { workspaceId, page: { limit: PAGE, after } })
      keys.push(...page.items)
      after = page.next
    } while (after !== null)
    return keys.map(presentKey)
  },
})

export const createApiKey = operation({
  tag,
  summary: 'Create an api key',
  description: 'Its rules are shown as they are kept: one kind of thing each, bound to the workspace.',
  params: WorkspaceParams,
  body: ApiKeyInput,
  status: 200,
  response: ApiKey,
  async handle({ call, params, body }, { access }) {
    const workspaceId = readWorkspaceId(params.workspaceId)
    return presentKey(await access.createApiKey(call, { workspaceId, name: body.name, rules: body.rules }))
  },
})

export const replaceApiKey = operation({
  tag,
  summary: 'Replace an API key',
  description: 'Its name and rules; the value stays. An unknown key is 404, not made.',
  params: ApiKeyParams,
  body: ApiKeyInput,
  status: 200,
  response: ApiKey,
  async handle({ call, params, body }, { access }) {
    const workspaceId = readWorkspaceId(params.workspaceId)
    const changes = { name: body.name, rules: body.rules }
    return presentKey(
      await access.updateApiKey(call, { workspaceId, which: { value: params.apiKey }, changes }),
    )
  },
})

export const deleteApiKey = operation({
  tag,
  summary: 'Delete an API key',
  description: 'From the next request on it adds nothing any more.',
  params: ApiKeyParams,
  status: 200,
  response: DeletedApiKey,
  async handle({ call, params: { workspaceId, apiKey } }, { access }) {
    await access.deleteApiKey(call, { workspaceId: readWorkspaceId(workspaceId), which: { value: apiKey } })
    return { apiKey }
  },
})
