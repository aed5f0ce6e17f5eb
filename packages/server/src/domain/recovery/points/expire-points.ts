import { sql } from 'kysely'
import type { Db } from '../../../platform/db/connect.ts'

/** Forgets restore points that are past their database's retention, and with it out of reach. */
export async function expirePoints(db: Db): Promise<void> {
  await db
    .updateTable('restore_points')
    .from('databases')
    .whereRef('databases.id', '=', 'restore_points.database_id')
    .set({ deleted_at: new Date() })
    .where('restore_points.deleted_at', 'is', null)
    .where(
      (eb) => eb.fn.coalesce('restore_points.at', 'restore_points.created_at'),
      '<',
      sql<Date>`now() - databases.backup_retention_days * interval '1 day'`,
    )
    .execute()
}
