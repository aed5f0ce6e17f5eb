import type { Selectable } from 'kysely'
import type { EventsTable } from '../../platform/db/tables.ts'

/** Something that was done, and by whom. */
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

export const toEvent = (row: Selectable<EventsTable>): Event => ({
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
