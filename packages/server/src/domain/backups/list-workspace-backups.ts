import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import type { Page, PageRequest } from '../page.ts'
import { getWorkspace } from '../tenancy/index.ts'
import type { Backup } from './entities.ts'
import { pageOfBackups } from './page-of-backups.ts'

/** Those of all its databases that the caller may read, newest first. Throws `workspace-not-found`. */
export async function listWorkspaceBackups(
  db: Db,
  call: Call,
  filter: { workspaceId: string; page: PageRequest },
): Promise<Page<Backup>> {
  const { id } = await getWorkspace(db, call, filter.workspaceId)
  return pageOfBackups(db, call, { column: 'projects.workspace_id', id }, filter.page)
}
