import type { Api } from './api.ts'
import { onlyOne } from './only-one.ts'
import type { ApiKey } from './resources.ts'

/** The key that a name or id on the command line means. Throws when there is none, or more than one. */
export async function findApiKey(
  api: Api,
  nameOrId: string,
  workspaceId: string | undefined,
): Promise<ApiKey> {
  return onlyOne(await api.list<ApiKey>('/api-keys', { workspaceId }), nameOrId, 'API key')
}
