import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { type Event, toEvent } from './event.ts'
import { type EventFilter, matchesFilter, narrow } from './event-filter.ts'
import { createLimitStreams } from './limit-streams.ts'
import { EVENT_COLUMNS, eventFields } from './subjects.ts'

const BATCH = 500
/** At one time by one caller in this process: each reads as fast as the database answers. */
const MOST_OF_ONE = 3

/** As `exportEvents` below; throws `rate-limited` at once when the caller exports too often. */
export function createExportEvents(db: Db) {
  const limited = createLimitStreams(MOST_OF_ONE, 'exported')
  return (call: Call, filter: EventFilter, signal: AbortSignal) =>
    limited(call, () => exportEvents(db, call, filter, signal))
}

/**
 * Every event until now that the caller may read, oldest first. Read batch by batch as the reader goes on, so neither
 * memory nor a connection is held for one that is slow.
 */
async function* exportEvents(
  db: Db,
  call: Call,
  filter: EventFilter,
  signal: AbortSignal,
): AsyncGenerator<Event, void, undefined> {
  const { where, exact } = filterOf(call.principal, 'read', 'events', EVENT_COLUMNS)
  const now = new Date()
  const until = { ...filter, to: filter.to !== undefined && filter.to < now ? filter.to : now }
  let cursor: string | null = null
  while (!signal.aborted) {
    let query = narrow(db.selectFrom('events').selectAll(), until).where(where)
    if (cursor !== null) query = query.where('id', '>', cursor)
    const rows = await query.orderBy('id').limit(BATCH).execute()
    for (const row of rows) {
      cursor = row.id
      const event = toEvent(row)
      const isReadable = exact || isAllowed(call.principal, 'read', 'events', eventFields(event))
      if (isReadable && matchesFilter(event, until)) yield event
    }
    if (rows.length < BATCH) return
  }
}
