import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { UNASSIGNED } from './unassigned-project.ts'

/** Those of these projects that hold the databases that are in none. Authorizes nothing. */
export async function whichUnassigned(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('projects')
    .select('id')
    .where('id', '=', sql<string>`any(${[...new Set(ids)]}::uuid[])`)
    .where('logical_id', '=', UNASSIGNED)
    .execute()
  return new Set(rows.map(({ id }) => id))
}
