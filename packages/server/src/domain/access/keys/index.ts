import type { Db } from '../../../platform/db/connect.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import type { PageRequest } from '../../page.ts'
import type { Call } from '../principal.ts'
import { createApiKey, type NewApiKey } from './create-api-key.ts'
import { deleteApiKey } from './delete-api-key.ts'
import { getApiKey } from './get-api-key.ts'
import { listApiKeys } from './list-api-keys.ts'
import { type ApiKeyChanges, updateApiKey } from './update-api-key.ts'
import type { WhichKey } from './which-key.ts'

export type { ApiKey } from './api-key.ts'
export { EMITTED_TOPIC, KEY_SUBJECTS } from './normalise-rules.ts'
export type { RuleInput } from './rule-input.ts'
export type { StoredRule } from './stored-rule.ts'

interface OneKey {
  readonly workspaceId: string
  readonly which: WhichKey
}

/** API keys with rules; all need `manage_permissions` on the workspace. */
export function apiKeyUseCases(deps: { db: Db; sealer: Sealer }) {
  return {
    listApiKeys: (call: Call, query: { workspaceId: string; page: PageRequest }) =>
      listApiKeys(deps, call, query),
    getApiKey: (call: Call, { workspaceId, which }: OneKey) => getApiKey(deps, call, workspaceId, which),
    createApiKey: (call: Call, input: NewApiKey) => createApiKey(deps, call, input),
    updateApiKey: (call: Call, input: OneKey & { changes: ApiKeyChanges }) => updateApiKey(deps, call, input),
    deleteApiKey: (call: Call, { workspaceId, which }: OneKey) =>
      deleteApiKey(deps.db, call, workspaceId, which),
  }
}
