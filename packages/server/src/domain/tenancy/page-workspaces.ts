import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { type NumberedPage, pageByNumber, type WhichPage } from '../aliases/index.ts'
import type { Workspace } from './entities.ts'
import { toWorkspace } from './get-workspace.ts'
import { WORKSPACE_COLUMNS, workspaceFields } from './subjects.ts'

/** A page by numbers of the workspaces that the caller may read. */
export async function pageWorkspaces(
  db: Db,
  call: Call,
  which: WhichPage,
): Promise<NumberedPage<Workspace> | null> {
  const { where, exact } = filterOf(call.principal, 'read', 'workspaces', WORKSPACE_COLUMNS)
  return pageByNumber<Workspace>(
    db,
    {
      ids: db.selectFrom('workspaces').where(where).select('workspaces.id'),
      exact,
      isReadable: (found) => isAllowed(call.principal, 'read', 'workspaces', workspaceFields(found)),
      async load(wanted) {
        const isWanted = sql<boolean>`workspaces.id = any(${wanted}::uuid[])`
        return (await db.selectFrom('workspaces').selectAll().where(isWanted).execute()).map(toWorkspace)
      },
    },
    which,
  )
}
