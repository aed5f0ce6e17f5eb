import type { Db } from '../../platform/db/connect.ts'
import { type Call, readableWorkspaces } from '../access/index.ts'
import { type Page, type PageRequest, toPage } from '../page.ts'
import type { Workspace } from './entities.ts'
import { toWorkspace } from './get-workspace.ts'

/** Oldest first; a token that is bound to a workspace sees that one. */
export async function listWorkspaces(db: Db, call: Call, page: PageRequest): Promise<Page<Workspace>> {
  const workspaces = readableWorkspaces(call.principal)
  let query = db
    .selectFrom('workspaces')
    .selectAll()
    .orderBy('id')
    .limit(page.limit + 1)
  if (workspaces !== 'all') query = query.where('id', 'in', [...workspaces])
  if (page.after) query = query.where('id', '>', page.after)
  return toPage((await query.execute()).map(toWorkspace), page.limit)
}
