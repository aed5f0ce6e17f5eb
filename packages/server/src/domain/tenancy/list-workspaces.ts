import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Workspace } from './entities.ts'
import { toWorkspace } from './get-workspace.ts'
import { WORKSPACE_COLUMNS, workspaceFields } from './subjects.ts'

/** Oldest first; a token that is bound to a workspace sees that one. */
export async function listWorkspaces(db: Db, call: Call, page: PageRequest): Promise<Page<Workspace>> {
  const { where, exact } = filterOf(call.principal, 'read', 'workspaces', WORKSPACE_COLUMNS)
  async function read(after: string | null, limit: number): Promise<Workspace[]> {
    let query = db.selectFrom('workspaces').selectAll().where(where).orderBy('id').limit(limit)
    if (after) query = query.where('id', '>', after)
    return (await query.execute()).map(toWorkspace)
  }
  const isReadable = (found: Workspace) =>
    isAllowed(call.principal, 'read', 'workspaces', workspaceFields(found))
  return listReadable({ read, exact, isReadable }, page)
}
