import type { Db } from '../../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../../access/index.ts'
import { getDatabase } from '../../databases/index.ts'
import { listReadable } from '../../list-readable.ts'
import type { Page, PageRequest } from '../../page.ts'
import { POINT_COLUMNS, pointFields, type RestorePoint, selectPoints, toPoint } from './restore-point.ts'
import { type ShownPoint, showPoints } from './show-points.ts'

/** Newest first. Throws `database-not-found`. */
export async function listPoints(
  db: Db,
  call: Call,
  filter: { databaseId: string; page: PageRequest },
): Promise<Page<ShownPoint>> {
  const database = await getDatabase(db, call, filter.databaseId)
  const { where, exact } = filterOf(call.principal, 'read', 'backups', POINT_COLUMNS)
  async function read(after: string | null, limit: number): Promise<RestorePoint[]> {
    let query = selectPoints(db)
      .where('restore_points.database_id', '=', database.id)
      .where(where)
      .orderBy('restore_points.id', 'desc')
      .limit(limit)
    if (after) query = query.where('restore_points.id', '<', after)
    return (await query.execute()).map(toPoint)
  }
  const isReadable = (found: RestorePoint) => isAllowed(call.principal, 'read', 'backups', pointFields(found))
  const page = await listReadable({ read, exact, isReadable }, filter.page)
  return { ...page, items: await showPoints(db, page.items) }
}
