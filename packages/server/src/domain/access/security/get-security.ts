import type { Db } from '../../../platform/db/connect.ts'
import { authorizeWorkspace } from '../authorize-workspace.ts'
import type { Call } from '../principal.ts'
import type { WorkspaceSecurity } from './security.ts'

/** As it was put; empty when nothing was. Throws `workspace-not-found`, `forbidden`. */
export async function getSecurity(db: Db, call: Call, workspaceId: string): Promise<WorkspaceSecurity> {
  await authorizeWorkspace(db, call, workspaceId, 'read')
  const row = await db
    .selectFrom('workspace_security')
    .where('workspace_id', '=', workspaceId)
    .select(['authorizations', 'authentication'])
    .executeTakeFirst()
  return {
    ...(row?.authorizations ? { authorizations: row.authorizations } : {}),
    ...(row?.authentication ? { authentication: row.authentication } : {}),
  }
}
