import type { Db } from '../../platform/db/connect.ts'
import { type Call, readableWorkspaces } from '../access/index.ts'
import { type Page, type PageRequest, toPage } from '../page.ts'
import type { Database } from './entities.ts'
import { selectDatabases, toDatabase } from './read-databases.ts'

export interface DatabaseFilter {
  readonly workspaceId?: string | undefined
  readonly projectId?: string | undefined
  readonly logicalId?: string | undefined
  /** `unassigned` finds those on no branch. */
  readonly branchId?: string | undefined
  readonly branchName?: string | undefined
  readonly name?: string | undefined
  readonly page: PageRequest
}

/** Oldest first, of the workspaces that the caller may read. */
export async function listDatabases(db: Db, call: Call, filter: DatabaseFilter): Promise<Page<Database>> {
  const workspaces = readableWorkspaces(call.principal)
  const { page } = filter
  let query = selectDatabases(db)
    .where('databases.state', '!=', 'deleting')
    .orderBy('databases.id')
    .limit(page.limit + 1)
  if (workspaces !== 'all') query = query.where('projects.workspace_id', 'in', [...workspaces])
  if (filter.workspaceId) query = query.where('projects.workspace_id', '=', filter.workspaceId)
  if (filter.projectId) query = query.where('databases.project_id', '=', filter.projectId)
  if (filter.logicalId) query = query.where('databases.logical_id', '=', filter.logicalId)
  if (filter.name) query = query.where('databases.name', '=', filter.name)
  if (filter.branchId === 'unassigned') query = query.where('databases.branch_id', 'is', null)
  else if (filter.branchId) query = query.where('databases.branch_id', '=', filter.branchId)
  if (filter.branchName) {
    const name = filter.branchName
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('branches')
          .whereRef('branches.id', '=', 'databases.branch_id')
          .where('branches.git_name', '=', name)
          .where('branches.deleted_at', 'is', null)
          .select('branches.id'),
      ),
    )
  }
  if (page.after) query = query.where('databases.id', '>', page.after)
  return toPage((await query.execute()).map(toDatabase), page.limit)
}
