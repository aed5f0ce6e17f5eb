import { sql } from 'kysely'
import { type Db, type Executor, transact } from '../../platform/db/index.ts'
import { digestOf, FIRST_HASH, linkHash, SEALED_COLUMNS, type SealedColumns } from './event-digest.ts'

/** Held by whoever changes the chain; any number that no other user of the database takes. */
const CHAIN_LOCK = 7_400_003
/** Events sealed in one transaction. */
export const SEAL_BATCH = 500

export interface ChainEnd {
  readonly sequence: number
  readonly hash: Buffer
}

/** Takes the chain for the rest of the transaction; false when another process has it. */
export async function tryLockChain(tx: Executor): Promise<boolean> {
  const { rows } = await sql<{
    got: boolean
  }>`select pg_try_advisory_xact_lock(${CHAIN_LOCK}) as got`.execute(tx)
  return rows[0]?.got ?? false
}

/** Takes the chain for the rest of the transaction, when it is free. */
export async function lockChain(tx: Executor): Promise<void> {
  await sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(tx)
}

/** Where the chain begins: before its first link, or the last that retention took away. */
export async function chainStart(db: Executor): Promise<ChainEnd> {
  const row = await db
    .selectFrom('event_checkpoints')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? { sequence: 0, hash: FIRST_HASH }
}

/** The newest link, or where the chain begins when it has none. */
export async function chainEnd(db: Executor): Promise<ChainEnd> {
  const row = await db
    .selectFrom('event_links')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? (await chainStart(db))
}

/**
 * Appends committed events that have no link yet to the chain, the smallest ids first; one that commits later than
 * a larger id comes after that. Returns how many; at most `SEAL_BATCH`, and none while another process seals.
 */
export async function sealEvents(db: Db): Promise<number> {
  return transact(db, async (tx) => {
    if (!(await tryLockChain(tx))) return 0
    // First the ids: with a long queue the planner would rather read both tables whole, for each batch.
    const { rows } = await sql<SealedColumns>`
      with batch as materialized (
        select event_id from events_unsealed order by event_id limit ${SEAL_BATCH}
      )
      select ${SEALED_COLUMNS}
      from batch join events as event on event.id = batch.event_id
      order by event.id`.execute(tx)
    if (rows.length === 0) return 0
    const { sequence, hash } = await chainEnd(tx)
    const links: { event: string; digest: Buffer; hash: Buffer }[] = []
    for (const event of rows) {
      const digest = digestOf(event)
      links.push({ event: event.id, digest, hash: linkHash(links.at(-1)?.hash ?? hash, digest) })
    }
    const ids = links.map(({ event }) => event)
    await sql`
      insert into event_links (sequence, event_id, digest, hash)
      select ${sequence} + number, event, digest, hash
      from unnest(
        ${ids}::uuid[], ${links.map(({ digest }) => digest)}::bytea[], ${links.map(({ hash }) => hash)}::bytea[]
      ) with ordinality as link (event, digest, hash, number)`.execute(tx)
    await sql`delete from events_unsealed where event_id = any(${ids}::uuid[])`.execute(tx)
    await sql`select pg_notify('croft_sealed', '')`.execute(tx)
    return rows.length
  })
}
