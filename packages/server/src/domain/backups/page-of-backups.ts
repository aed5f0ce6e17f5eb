import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Backup } from './entities.ts'
import { selectBackups, toBackup } from './read-backups.ts'
import { BACKUP_COLUMNS, backupFields } from './subjects.ts'

/** Those of a database, or of a workspace, that the caller may read, newest first. Whether it may ask is not looked at. */
export function pageOfBackups(
  db: Db,
  call: Call,
  of: { column: 'backups.database_id' | 'projects.workspace_id'; id: string },
  page: PageRequest,
): Promise<Page<Backup>> {
  const { where, exact } = filterOf(call.principal, 'read', 'backups', BACKUP_COLUMNS)
  async function read(after: string | null, limit: number): Promise<Backup[]> {
    let query = selectBackups(db)
      .where(of.column, '=', of.id)
      .where('databases.quarantined_at', 'is', null)
      .where(where)
      .orderBy('backups.id', 'desc')
      .limit(limit)
    if (after) query = query.where('backups.id', '<', after)
    return (await query.execute()).map(toBackup)
  }
  const isReadable = (found: Backup) => isAllowed(call.principal, 'read', 'backups', backupFields(found))
  return listReadable({ read, exact, isReadable }, page)
}
