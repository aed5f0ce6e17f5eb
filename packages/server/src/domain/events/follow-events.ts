import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import type { EventsTable } from '../../platform/db/tables.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { type Call, isAllowed } from '../access/index.ts'
import { type Event, toEvent } from './event.ts'
import { type EventFilter, matchesFilter } from './event-filter.ts'
import { createLimitStreams } from './limit-streams.ts'
import { chainEnd, chainStart } from './seal-events.ts'
import { eventFields } from './subjects.ts'

const BATCH = 100
/** Signals can be lost. */
const LOOK_EVERY_MS = 10_000
/** At one time by one caller in this process. */
const MOST_OF_ONE = 20
/** Then it ends, and who follows on is asked for a credential again: what was revoked meanwhile counts. */
const LONGEST_MS = 300_000

export interface FollowFilter extends EventFilter {
  /** The id of the last event seen: what came after it comes first. Unless given, or unknown: from now on. */
  readonly after?: string | undefined
}

export interface FollowDeps {
  readonly db: Db
  readonly signals: Signals
  /** Has events sealed while there is somebody who follows them; returns what ends that. */
  holdSealing(): () => Promise<void>
}

type Row = EventsTable & { readonly sequence: number }
interface Linked {
  readonly sequence: number
  readonly event: Event | null
}

/** Events in the order in which they were sealed: nobody misses one that was committed later than a larger id. */
async function readLinks(db: Db, after: number): Promise<Linked[]> {
  const { rows } = await sql<Row & { id: string | null; at: Date }>`
    select link.sequence, event.*
    from event_links as link left join events as event on event.id = link.event_id
    where link.sequence > ${after} order by link.sequence limit ${BATCH}`.execute(db)
  return rows.map((row) => ({ sequence: row.sequence, event: row.id === null ? null : toEvent(row) }))
}

async function startOf(db: Db, after: string | undefined): Promise<number> {
  if (after === undefined) return (await chainEnd(db)).sequence
  const link = await db
    .selectFrom('event_links')
    .select('sequence')
    .where('event_id', '=', after)
    .executeTakeFirst()
  if (link) return link.sequence
  // Its link went with retention, so all that is left came later; or there never was such an event.
  const first = await chainStart(db)
  return first.sequence > 0 ? first.sequence : (await chainEnd(db)).sequence
}

/**
 * New events that the caller may read, as they are sealed (a moment after their commit), until `signal` aborts, the
 * server stops, or five minutes have passed. It reads on when it is asked for the next one and keeps a batch at
 * most, so a slow reader costs nothing; one that comes back with the last id has missed nothing. Throws
 * `rate-limited` at once when the caller follows too often.
 */
export function createFollowEvents({ db, signals, holdSealing }: FollowDeps) {
  const limited = createLimitStreams(MOST_OF_ONE, 'followed')
  // Those who follow are mostly at the same place: one read serves them all.
  const reading = new Map<number, Promise<Linked[]>>()
  // A read that began before the signal does not serve who comes after it.
  signals.on('sealed', () => reading.clear())
  function readShared(after: number): Promise<Linked[]> {
    const known = reading.get(after)
    if (known) return known
    const read = readLinks(db, after).finally(() => reading.delete(after))
    reading.set(after, read)
    return read
  }

  async function* follow(
    call: Call,
    filter: FollowFilter,
    signal: AbortSignal,
  ): AsyncGenerator<Event, void, undefined> {
    const ends = AbortSignal.any([signal, signals.ending, AbortSignal.timeout(LONGEST_MS)])
    const release = holdSealing()
    try {
      let cursor = await startOf(db, filter.after)
      while (!ends.aborted) {
        const heard = new AbortController()
        const more = signals.waitFor('sealed', '', LOOK_EVERY_MS, AbortSignal.any([ends, heard.signal]))
        const links = await readShared(cursor).catch((error: unknown) => {
          heard.abort()
          throw error
        })
        if (links.length > 0) heard.abort()
        for (const { sequence, event } of links) {
          cursor = sequence
          if (event === null || !matchesFilter(event, filter)) continue
          if (!isAllowed(call.principal, 'read', 'events', eventFields(event))) continue
          yield event
          if (ends.aborted) return
        }
        await more
      }
    } finally {
      void release()
    }
  }

  return (call: Call, filter: FollowFilter, signal: AbortSignal) =>
    limited(call, () => follow(call, filter, signal))
}
export type FollowEvents = ReturnType<typeof createFollowEvents>
