import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { getDatabase } from '../databases/index.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Backup } from './entities.ts'
import { pageOfBackups } from './page-of-backups.ts'

export interface BackupList extends Page<Backup> {
  readonly retentionDays: number
}

/** Newest first. Throws `database-not-found`. */
export async function listBackups(
  db: Db,
  call: Call,
  filter: { databaseId: string; page: PageRequest },
): Promise<BackupList> {
  const { id, backupRetentionDays } = await getDatabase(db, call, filter.databaseId)
  const page = await pageOfBackups(db, call, { column: 'backups.database_id', id }, filter.page)
  return { ...page, retentionDays: backupRetentionDays }
}
