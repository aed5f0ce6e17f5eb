import type { Db } from '../../../platform/db/connect.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { type Page, type PageRequest, toPage } from '../../page.ts'
import { authorizeWorkspace } from '../authorize-workspace.ts'
import type { Call } from '../principal.ts'
import { type ApiKey, selectApiKeys, toApiKey } from './api-key.ts'

/** Oldest first. Throws `workspace-not-found`, `forbidden`. */
export async function listApiKeys(
  { db, sealer }: { db: Db; sealer: Sealer },
  call: Call,
  { workspaceId, page }: { workspaceId: string; page: PageRequest },
): Promise<Page<ApiKey>> {
  await authorizeWorkspace(db, call, workspaceId, 'manage_permissions')
  let query = selectApiKeys(db)
    .where('workspace_id', '=', workspaceId)
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  const { items, next } = toPage(await query.execute(), page.limit)
  return { items: items.map((row) => toApiKey(sealer, row)), next }
}
