import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed, requireWorkspace } from '../access/index.ts'
import { boundsOf, readChains, spansOf } from '../archives/index.ts'
import { DATABASE_COLUMNS } from '../databases/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import {
  type DeletedDatabase,
  type DeletedRow,
  deletedFields,
  selectDeleted,
  toDeleted,
} from './deleted-database.ts'

/**
 * The deleted databases of a workspace that can still be brought back, oldest first: those that the caller could read
 * when they were there. Throws `workspace-not-found`.
 */
export async function listDeleted(
  db: Db,
  call: Call,
  filter: { workspaceId: string; page: PageRequest },
): Promise<Page<DeletedDatabase>> {
  await requireWorkspace(db, call, filter.workspaceId)
  const { where, exact } = filterOf(call.principal, 'read', 'databases', DATABASE_COLUMNS)
  const page = await listReadable<DeletedRow>(
    {
      exact,
      isReadable: (row) => isAllowed(call.principal, 'read', 'databases', deletedFields(row)),
      async read(after, limit) {
        let query = selectDeleted(db)
          .where('projects.workspace_id', '=', filter.workspaceId)
          .where(where)
          .orderBy('databases.id')
          .limit(limit)
        if (after) query = query.where('databases.id', '>', after)
        return query.execute()
      },
    },
    filter.page,
  )
  const ids = page.items.map((row) => row.id)
  const chains = await readChains(db, ids)
  const now = new Date()
  return {
    ...page,
    items: page.items.map((row) => {
      const own = chains.filter((chain) => chain.databaseId === row.id)
      return toDeleted(row, boundsOf(spansOf(own, { now, since: null })))
    }),
  }
}
