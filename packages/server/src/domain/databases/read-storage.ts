import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { findEngine } from '../engines/index.ts'
import type { Database } from './entities.ts'

export interface Storage {
  /** Null where the engine limits nothing. */
  readonly limitBytes: number | null
  /** Of the last sample; null before the first. */
  readonly usedBytes: number | null
}

/** What databases may hold and do hold, by id; in one round trip for all. Authorizes nothing. */
export async function readStorage(
  db: Executor,
  databases: readonly Pick<Database, 'id' | 'engine' | 'size'>[],
): Promise<ReadonlyMap<string, Storage>> {
  const ids = databases.map(({ id }) => id)
  const { rows } = await sql<{
    sizes: Record<string, Record<string, Record<string, string>>> | null
    used: Record<string, number> | null
  }>`
    select
      (select json_object_agg(id, settings) from sizes) as sizes,
      (select json_object_agg(wanted.id, sample.size_bytes)
        from unnest(${ids}::uuid[]) as wanted(id)
        cross join lateral (
          select size_bytes from usage_samples where database_id = wanted.id order by at desc limit 1
        ) as sample) as used`.execute(db)
  const [row] = rows
  return new Map(
    databases.map(({ id, engine, size }) => [
      id,
      {
        limitBytes: findEngine(engine)?.sizeLimitBytes(row?.sizes?.[size]?.[engine] ?? {}) ?? null,
        usedBytes: row?.used?.[id] ?? null,
      },
    ]),
  )
}
