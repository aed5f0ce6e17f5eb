import { sql } from 'kysely'
import type { Columns, Subjects } from '../access/index.ts'
import type { Event } from './list-events.ts'

/** What rules may ask of an event: the paths that clients of Prisme.ai know. */
export const eventFields = (event: Event): Subjects['events'] => ({
  id: event.id,
  type: event.action,
  source: {
    workspaceId: event.workspaceId,
    userId: event.actor.id,
    actorType: event.actor.type,
    correlationId: event.requestId,
  },
  payload: {
    subjectType: event.subject.type,
    subjectId: event.subject.id,
    before: event.before,
    after: event.after,
  },
  createdAt: event.at.toISOString(),
})

export const EVENT_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('events.id') },
  type: { type: 'text', sql: sql.ref('events.action') },
  'source.workspaceId': { type: 'uuid', sql: sql.ref('events.workspace_id') },
  'source.userId': { type: 'text', sql: sql.ref('events.actor_id') },
  'source.actorType': { type: 'text', sql: sql.ref('events.actor_type') },
  'source.correlationId': { type: 'text', sql: sql.ref('events.request_id') },
  'payload.subjectType': { type: 'text', sql: sql.ref('events.subject_type') },
  'payload.subjectId': { type: 'text', sql: sql.ref('events.subject_id') },
}
