import { sql } from 'kysely'
import type { Db } from '../db/connect.ts'
import type { KeyRing } from './key-ring.ts'
import { SEALED_COLUMNS, type SealedColumn, sealedContext } from './sealed-columns.ts'
import { createSealer, keyIdOf, type Sealer } from './sealer.ts'

const BATCH = 200

interface SealedRow {
  readonly key: string[]
  readonly sealed: Buffer
}

/** Sealed values after the row `after`, in the order of the primary key. */
async function readBatch(db: Db, { table, column, primaryKey }: SealedColumn, after: string[] | null) {
  const keys = sql.join(primaryKey.map((name) => sql`${sql.ref(name)}::text`))
  // Compared as text in one collation, so that the order of ids and of free text is the same here and in SQL.
  const order = sql`array[${keys}] collate "C"`
  const { rows } = await sql<SealedRow>`
    select array[${keys}] as key, ${sql.ref(column)} as sealed from ${sql.table(table)}
    where ${sql.ref(column)} is not null and (${after}::text[] is null or ${order} > ${after}::text[])
    order by ${order} limit ${BATCH}`.execute(db)
  return rows
}

async function rewrapRow(
  db: Db,
  sealer: Sealer,
  where: SealedColumn,
  { key, sealed }: SealedRow,
): Promise<boolean> {
  const rewrapped = sealer.rewrap(sealed, sealedContext(where.table, where.column, ...key))
  if (!rewrapped) return false
  const keys = sql.join(where.primaryKey.map((name) => sql`${sql.ref(name)}::text`))
  // Only if nobody wrote it meanwhile: a newer value is sealed with the active key anyway.
  const { numAffectedRows } = await sql`
    update ${sql.table(where.table)} set ${sql.ref(where.column)} = ${rewrapped}
    where array[${keys}] = ${key}::text[] and ${sql.ref(where.column)} = ${sealed}`.execute(db)
  return numAffectedRows === 1n
}

/**
 * Seals every secret with the active key again, then retires the keys that no row uses. Can be cut off and run
 * again at any point. Returns how many values it rewrote and which keys it retired.
 */
export async function rotateSealedColumns(
  db: Db,
  ring: KeyRing,
  signal?: AbortSignal,
): Promise<{ rewrapped: number; retired: string[] }> {
  const sealer = createSealer(ring)
  let rewrapped = 0
  for (const column of SEALED_COLUMNS) {
    let after: string[] | null = null
    for (;;) {
      signal?.throwIfAborted()
      const rows: SealedRow[] = await readBatch(db, column, after)
      for (const row of rows) if (await rewrapRow(db, sealer, column, row)) rewrapped++
      after = rows.at(-1)?.key ?? null
      if (rows.length < BATCH) break
    }
  }
  const used = await usedKeys(db)
  const retired = ring.replaced().filter((id) => !used.has(id))
  if (retired.length > 0) await ring.retire(retired)
  return { rewrapped, retired }
}

/** Ids of the ring's keys that sealed values need. */
export async function usedKeys(db: Db): Promise<Set<string>> {
  const used = new Set<string>()
  for (const { table, column } of SEALED_COLUMNS) {
    // The header, and as many bytes more as `keyIdOf` asks for.
    const { rows } = await sql<{ sealed: Buffer }>`
      select distinct on (substr(${sql.ref(column)}, 1, 9)) ${sql.ref(column)} as sealed
      from ${sql.table(table)} where ${sql.ref(column)} is not null`.execute(db)
    for (const { sealed } of rows) used.add(keyIdOf(sealed))
  }
  return used
}
