import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { getDatabase } from '../databases/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Backup } from './entities.ts'
import { selectBackups, toBackup } from './read-backups.ts'
import { BACKUP_COLUMNS, backupFields } from './subjects.ts'

export interface BackupList extends Page<Backup> {
  readonly retentionDays: number
}

/** Newest first. Throws `database-not-found`. */
export async function listBackups(
  db: Db,
  call: Call,
  filter: { databaseId: string; page: PageRequest },
): Promise<BackupList> {
  const database = await getDatabase(db, call, filter.databaseId)
  const { where, exact } = filterOf(call.principal, 'read', 'backups', BACKUP_COLUMNS)
  async function read(after: string | null, limit: number): Promise<Backup[]> {
    let query = selectBackups(db)
      .where('backups.database_id', '=', database.id)
      .where(where)
      .orderBy('backups.id', 'desc')
      .limit(limit)
    if (after) query = query.where('backups.id', '<', after)
    return (await query.execute()).map(toBackup)
  }
  const isReadable = (found: Backup) => isAllowed(call.principal, 'read', 'backups', backupFields(found))
  const page = await listReadable({ read, exact, isReadable }, filter.page)
  return { ...page, retentionDays: database.backupRetentionDays }
}
