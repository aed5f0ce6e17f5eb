import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { getDatabase } from '../databases/index.ts'
import { type Page, type PageRequest, toPage } from '../page.ts'
import type { Restore } from './entities.ts'

/** The in-place restores of a database, newest first. Throws `database-not-found`. */
export async function listRestores(
  db: Db,
  call: Call,
  filter: { databaseId: string; page: PageRequest },
): Promise<Page<Restore>> {
  const { limit, after } = filter.page
  await getDatabase(db, call, filter.databaseId)
  let query = db
    .selectFrom('restores')
    .selectAll()
    .where('database_id', '=', filter.databaseId)
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (after) query = query.where('id', '<', after)
  const rows = (await query.execute()).map((row) => ({
    id: row.id,
    databaseId: row.database_id,
    backupId: row.backup_id,
    until: row.until,
    state: row.state,
    error: row.error,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  }))
  return toPage(rows, limit)
}
