import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'

export async function readAliases(
  db: Executor,
  dialect: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('resource_aliases')
    .select(['resource_id', 'external_id'])
    .where('dialect', '=', dialect)
    .where('resource_id', '=', sql<string>`any(${[...new Set(ids)]}::uuid[])`)
    .execute()
  return new Map(rows.map((row) => [row.resource_id, row.external_id]))
}
