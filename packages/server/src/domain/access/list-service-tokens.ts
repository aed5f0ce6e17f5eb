import type { Db } from '../../platform/db/connect.ts'
import { type Page, type PageRequest, toPage } from '../page.ts'
import type { ServiceToken } from './entities.ts'
import type { Call } from './principal.ts'
import { isAllowed } from './rules/ability.ts'
import { selectServiceTokens, toServiceToken } from './service-tokens.ts'

/** Newest first; empty for a workspace that is unknown or another's. */
export async function listServiceTokens(
  db: Db,
  call: Call,
  { workspaceId, page }: { workspaceId: string; page: PageRequest },
): Promise<Page<ServiceToken>> {
  if (!isAllowed(call.principal, 'read', 'tokens', { workspaceId })) return { items: [], next: null }
  let query = selectServiceTokens(db)
    .where('workspace_id', '=', workspaceId)
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '<', page.after)
  return toPage((await query.execute()).map(toServiceToken), page.limit)
}
