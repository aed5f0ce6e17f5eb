import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { WorkspacesTable } from '../../platform/db/tables.ts'
import { type Action, authorizeFound, type Call } from '../access/index.ts'
import type { Workspace } from './entities.ts'
import { workspaceFields } from './subjects.ts'

export const toWorkspace = (row: Selectable<WorkspacesTable>): Workspace => ({
  id: row.id,
  organizationId: row.organization_id,
  name: row.name,
  createdAt: row.created_at,
})

const NOT_FOUND = {
  code: 'workspace-not-found',
  message: 'There is no workspace with this id, or it is not accessible.',
} as const

/** The workspace, if the caller may do this to it. Throws `workspace-not-found`, `forbidden`. */
export async function getWorkspace(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
): Promise<Workspace> {
  const row = await db.selectFrom('workspaces').selectAll().where('id', '=', id).executeTakeFirst()
  const found = row && toWorkspace(row)
  return authorizeFound(call.principal, action, 'workspaces', found, workspaceFields, NOT_FOUND)
}
