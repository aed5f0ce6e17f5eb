import type { Db } from '../../platform/db/connect.ts'
import { type Page, type PageRequest, toPage } from '../page.ts'
import { authorize } from './authorize.ts'
import type { Grant } from './entities.ts'
import { selectGrants, toGrant } from './grants.ts'
import type { Call } from './principal.ts'
import { requireWorkspace } from './require-workspace.ts'

/** Oldest first. Each login of an application is a grant of its own. Throws `workspace-not-found`. */
export async function listGrants(
  db: Db,
  call: Call,
  { workspaceId, page }: { workspaceId: string; page: PageRequest },
): Promise<Page<Grant>> {
  await requireWorkspace(db, call, workspaceId)
  authorize(call.principal, 'read', 'grants', { workspaceId })
  let query = selectGrants(db)
    .where('grant.workspace_id', '=', workspaceId)
    .orderBy('grant.id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('grant.id', '>', page.after)
  return toPage((await query.execute()).map(toGrant), page.limit)
}
