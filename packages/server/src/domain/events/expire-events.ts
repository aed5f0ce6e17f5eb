import { sql } from 'kysely'
import { type Db, type Tx, transact } from '../../platform/db/index.ts'
import { systemCall } from '../access/index.ts'
import { idAt } from './event-filter.ts'
import { deletedAsTold, EXPIRED, newestExpired } from './expired.ts'
import { recordEvent } from './record-event.ts'
import { chainStart, lockChain } from './seal-events.ts'

/** Events deleted in one transaction. */
const BATCH = 5_000
/** How far the clocks of servers and database may lie apart: ids narrow the search, `at` decides. */
const SLACK_MS = 3_600_000
const DAY_MS = 86_400_000

/** All workspaces that the trail speaks of, deleted ones too, without reading it whole; null for the platform. */
async function workspacesOf(db: Db): Promise<(string | null)[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive known as (
      (select workspace_id as id from events where workspace_id is not null order by workspace_id limit 1)
      union all
      select (select workspace_id from events where workspace_id > known.id order by workspace_id limit 1)
      from known where known.id is not null
    )
    select id from known where id is not null`.execute(db)
  return [null, ...rows.map(({ id }) => id)]
}

async function deleteSome(tx: Tx, workspaceId: string | null, before: Date): Promise<number> {
  // How many are gone in all is told by the newest of its own events only, which must therefore stay.
  const keep = (await newestExpired(tx))?.id ?? null
  const where = workspaceId === null ? sql`workspace_id is null` : sql`workspace_id = ${workspaceId}`
  const { rows } = await sql<{ count: number }>`
    with old as materialized (
      select id from events
      where ${where} and id < ${idAt(new Date(before.getTime() + SLACK_MS))} and at < ${before}
        and id is distinct from ${keep}::uuid
        and exists (select from event_links where event_id = events.id)
      order by id limit ${BATCH}
    ), gone as (
      delete from events using old where events.id = old.id returning events.id
    ), marked as (
      update event_links set deleted_at = now() from gone where event_id = gone.id returning 1
    )
    select count(*) as count from marked`.execute(tx)
  return rows[0]?.count ?? 0
}

/** Takes away links at the beginning of the chain whose events are gone, and notes where it begins now. */
async function shorten(tx: Tx): Promise<void> {
  const { sequence: start } = await chainStart(tx)
  const { rows } = await sql<{ sequence: number; hash: Buffer }>`
    select sequence, hash from event_links
    where sequence <= ${start + 2 * BATCH} and deleted_at is not null
      and sequence < coalesce(
        (select sequence from event_links where deleted_at is null order by sequence limit 1), 9223372036854775807)
    order by sequence desc limit 1`.execute(tx)
  const [last] = rows
  if (!last) return
  await tx.deleteFrom('event_links').where('sequence', '<=', last.sequence).execute()
  await tx.deleteFrom('event_checkpoints').execute()
  await tx.insertInto('event_checkpoints').values({ sequence: last.sequence, hash: last.hash }).execute()
}

async function expireSome(db: Db, workspaceId: string | null, before: Date, jobId: string): Promise<number> {
  return transact(db, async (tx) => {
    await sql`set local croft.retention = 'on'`.execute(tx)
    await lockChain(tx)
    const told = await deletedAsTold(tx)
    const count = await deleteSome(tx, workspaceId, before)
    if (count > 0) {
      const call = systemCall('retention', `job-${jobId}`)
      await recordEvent(tx, call, {
        workspaceId: null,
        action: EXPIRED,
        subjectType: 'trail',
        subjectId: workspaceId ?? 'platform',
        after: { events: count, total: told + count, before: before.toISOString() },
      })
    }
    await shorten(tx)
    return count
  })
}

/**
 * Deletes events that are older than their workspace wants to keep them, `retentionDays` unless it says so; those not
 * sealed yet stay. Returns how many. Stops between two transactions when `signal` aborts.
 */
export async function expireEvents(
  { db, retentionDays }: { readonly db: Db; readonly retentionDays: number },
  jobId: string,
  signal: AbortSignal,
): Promise<number> {
  const own = new Map(
    (await db.selectFrom('event_retention').selectAll().execute()).map((row) => [row.workspace_id, row.days]),
  )
  let total = 0
  for (const workspaceId of await workspacesOf(db)) {
    const days = (workspaceId === null ? undefined : own.get(workspaceId)) ?? retentionDays
    const before = new Date(Date.now() - days * DAY_MS)
    let count: number
    do {
      if (signal.aborted) return total
      count = await expireSome(db, workspaceId, before, jobId)
      total += count
    } while (count === BATCH)
  }
  return total
}
