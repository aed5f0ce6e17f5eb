import type { Db } from '../../../platform/db/connect.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { authorizeWorkspace } from '../authorize-workspace.ts'
import type { Call } from '../principal.ts'
import { type ApiKey, keyNotFound, toApiKey } from './api-key.ts'
import { type WhichKey, whereKey } from './which-key.ts'

/** Throws `workspace-not-found`, `forbidden`, `key-not-found`. */
export async function getApiKey(
  { db, sealer }: { db: Db; sealer: Sealer },
  call: Call,
  workspaceId: string,
  which: WhichKey,
): Promise<ApiKey> {
  await authorizeWorkspace(db, call, workspaceId, 'manage_permissions')
  const row = await whereKey(db, workspaceId, which).executeTakeFirst()
  if (!row) throw keyNotFound()
  return toApiKey(sealer, row)
}
