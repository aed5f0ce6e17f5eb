import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { findEngine } from '../engines/index.ts'
import { resourcesOf, type SizeFacts } from '../targets/index.ts'
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
  databases: readonly Pick<Database, 'id' | 'engine' | 'size' | 'overrides'>[],
): Promise<ReadonlyMap<string, Storage>> {
  const ids = databases.map(({ id }) => id)
  const { rows } = await sql<{
    sizes: Record<string, SizeFacts> | null
    used: Record<string, number> | null
  }>`
    select
      (select json_object_agg(id, json_build_object('id', id, 'memoryMb', memory_mb, 'settings', settings))
        from sizes) as sizes,
      (select json_object_agg(wanted.id, sample.size_bytes)
        from unnest(${ids}::uuid[]) as wanted(id)
        cross join lateral (
          select size_bytes from usage_samples where database_id = wanted.id order by at desc limit 1
        ) as sample) as used`.execute(db)
  const [row] = rows
  return new Map(
    databases.map(({ id, engine, size, overrides }) => [
      id,
      {
        limitBytes: limitOf(engine, row?.sizes?.[size], overrides),
        usedBytes: row?.used?.[id] ?? null,
      },
    ]),
  )
}

function limitOf(
  engine: string,
  size: SizeFacts | undefined,
  overrides: Database['overrides'],
): number | null {
  if (overrides.storageBytes !== undefined) return overrides.storageBytes
  const facts = findEngine(engine)
  return facts && size ? facts.sizeLimitBytes(resourcesOf(engine, size, overrides).settings) : null
}
