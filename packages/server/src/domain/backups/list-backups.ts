import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { getDatabase } from '../databases/index.ts'
import { type Page, type PageRequest, toPage } from '../page.ts'
import type { Backup } from './entities.ts'
import { selectBackups, toBackup } from './read-backups.ts'

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
  let query = selectBackups(db)
    .where('backups.database_id', '=', database.id)
    .orderBy('backups.id', 'desc')
    .limit(filter.page.limit + 1)
  if (filter.page.after) query = query.where('backups.id', '<', filter.page.after)
  const page = toPage((await query.execute()).map(toBackup), filter.page.limit)
  return { ...page, retentionDays: database.backupRetentionDays }
}
