import type { Selectable } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import type { EventsTable } from '../../platform/db/tables.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import { EVENT_COLUMNS, eventFields } from './subjects.ts'

export interface Event {
  readonly id: string
  readonly at: Date
  readonly workspaceId: string | null
  readonly actor: { readonly type: string; readonly id: string | null; readonly name: string | null }
  readonly action: string
  readonly subject: { readonly type: string; readonly id: string }
  readonly before: unknown
  readonly after: unknown
  readonly requestId: string | null
}

/** Newest first, those that the caller may read; the platform's own are for its administrators. */
export async function listEvents(
  db: Db,
  call: Call,
  filter: { subjectId?: string | undefined; page: PageRequest },
): Promise<Page<Event>> {
  const { where, exact } = filterOf(call.principal, 'read', 'events', EVENT_COLUMNS)
  async function read(after: string | null, limit: number): Promise<Event[]> {
    let query = db.selectFrom('events').selectAll().where(where).orderBy('id', 'desc').limit(limit)
    if (filter.subjectId) query = query.where('subject_id', '=', filter.subjectId)
    if (after) query = query.where('id', '<', after)
    return (await query.execute()).map(toEvent)
  }
  const isReadable = (found: Event) => isAllowed(call.principal, 'read', 'events', eventFields(found))
  return listReadable({ read, isReadable: exact ? undefined : isReadable }, filter.page)
}

const toEvent = (row: Selectable<EventsTable>): Event => ({
  id: row.id,
  at: row.at,
  workspaceId: row.workspace_id,
  actor: { type: row.actor_type, id: row.actor_id, name: row.actor_name },
  action: row.action,
  subject: { type: row.subject_type, id: row.subject_id },
  before: row.before,
  after: row.after,
  requestId: row.request_id,
})
