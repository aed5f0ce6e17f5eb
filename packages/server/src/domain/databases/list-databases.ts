import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Database } from './entities.ts'
import { isHidden, quarantineFilter } from './quarantine.ts'
import { selectDatabases, toDatabase } from './read-databases.ts'
import { DATABASE_COLUMNS, databaseFields } from './subjects.ts'

export interface DatabaseFilter {
  readonly workspaceId?: string | undefined
  readonly projectId?: string | undefined
  readonly logicalId?: string | undefined
  /** `unassigned` finds those on no branch. */
  readonly branchId?: string | undefined
  readonly branchName?: string | undefined
  readonly name?: string | undefined
  readonly engine?: string | undefined
  readonly environmentId?: string | undefined
  /** `hidden` unless given; else those that the caller may manage the quarantine of are there too, or nothing else is. */
  readonly quarantined?: 'hidden' | 'only' | 'any' | undefined
  readonly page: PageRequest
}

/** Oldest first, those that the caller may read. */
export async function listDatabases(db: Db, call: Call, filter: DatabaseFilter): Promise<Page<Database>> {
  const readable = filterOf(call.principal, 'read', 'databases', DATABASE_COLUMNS)
  const inSight = quarantineFilter(call, filter.quarantined)
  const isReadable = (found: Database) => {
    const fields = databaseFields(found)
    const hidden = isHidden(call, fields, found.quarantinedAt, { quarantined: 'any' })
    return !hidden && isAllowed(call.principal, 'read', 'databases', fields)
  }
  const read = async (after: string | null, limit: number) => {
    const query = select(db, filter, after).where(readable.where).where(inSight.where).limit(limit)
    return (await query.execute()).map(toDatabase)
  }
  return listReadable({ read, exact: readable.exact && inSight.exact, isReadable }, filter.page)
}

function select(db: Db, filter: DatabaseFilter, after: string | null) {
  let query = selectDatabases(db).where('databases.state', '!=', 'deleting').orderBy('databases.id')
  if (filter.workspaceId) query = query.where('projects.workspace_id', '=', filter.workspaceId)
  if (filter.projectId) query = query.where('databases.project_id', '=', filter.projectId)
  if (filter.logicalId) query = query.where('databases.logical_id', '=', filter.logicalId)
  if (filter.name) query = query.where('databases.name', '=', filter.name)
  if (filter.engine) query = query.where('databases.engine', '=', filter.engine)
  if (filter.environmentId) query = query.where('databases.environment_id', '=', filter.environmentId)
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
  return after ? query.where('databases.id', '>', after) : query
}
