import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import { type Event, toEvent } from './event.ts'
import { type EventFilter, matchesText, narrow } from './event-filter.ts'
import { EVENT_COLUMNS, eventFields } from './subjects.ts'

/**
 * Newest first, those that the caller may read; the platform's own are for its administrators. A page of a search for
 * text looks through a bounded number of events: it may be short, or empty, and still have a next one.
 */
export async function listEvents(
  db: Db,
  call: Call,
  { page, ...filter }: EventFilter & { readonly page: PageRequest },
): Promise<Page<Event>> {
  const { where, exact } = filterOf(call.principal, 'read', 'events', EVENT_COLUMNS)
  async function read(after: string | null, limit: number): Promise<Event[]> {
    let query = narrow(db.selectFrom('events').selectAll(), filter).where(where)
    if (after !== null) query = query.where('id', '<', after)
    return (await query.orderBy('id', 'desc').limit(limit).execute()).map(toEvent)
  }
  const isReadable = (found: Event) =>
    matchesText(found, filter.text) && isAllowed(call.principal, 'read', 'events', eventFields(found))
  return listReadable({ read, exact: exact && filter.text === undefined, isReadable }, page)
}
