import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { getDatabase } from '../databases/index.ts'
import type { Restore } from './entities.ts'

/** The last 100 in-place restores of a database, newest first. Throws `database-not-found`. */
export async function listRestores(db: Db, call: Call, databaseId: string): Promise<readonly Restore[]> {
  await getDatabase(db, call, databaseId)
  const rows = await db
    .selectFrom('restores')
    .selectAll()
    .where('database_id', '=', databaseId)
    .orderBy('created_at', 'desc')
    .limit(100)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    databaseId: row.database_id,
    backupId: row.backup_id,
    state: row.state,
    error: row.error,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  }))
}
