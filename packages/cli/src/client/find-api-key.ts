import { CliFault } from '../fault.ts'
import type { Api } from './api.ts'
import type { ApiKey } from './resources.ts'

/** The key that a name or id on the command line means. Throws when there is none, or more than one. */
export async function findApiKey(
  api: Api,
  nameOrId: string,
  workspaceId: string | undefined,
): Promise<ApiKey> {
  const all = await api.list<ApiKey>('/api-keys', { workspaceId })
  const found = all.filter((key) => key.id === nameOrId || key.name === nameOrId)
  const [first] = found
  if (first && found.length === 1) return first
  if (first) {
    throw new CliFault(`${found.length} keys are called "${nameOrId}".`, {
      hint: `Say which by its id: ${found.map((key) => key.id).join(', ')}`,
    })
  }
  const names = [...new Set(all.map((key) => key.name))].sort().slice(0, 10)
  throw new CliFault(`There is no API key "${nameOrId}".`, {
    hint: names.length === 0 ? 'There are none yet.' : `There is: ${names.join(', ')}`,
  })
}
