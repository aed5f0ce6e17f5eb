import type { Executor } from '../../platform/db/connect.ts'

export async function findAliased(db: Executor, dialect: string, externalId: string): Promise<string | null> {
  const row = await db
    .selectFrom('resource_aliases')
    .select('resource_id')
    .where('dialect', '=', dialect)
    .where('external_id', '=', externalId)
    .executeTakeFirst()
  return row?.resource_id ?? null
}
