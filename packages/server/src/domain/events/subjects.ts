import { sql } from 'kysely'
import { type Columns, EMITTED_TOPIC, type Subjects } from '../access/index.ts'
import { EMITTED } from './emitted.ts'
import type { Event } from './event.ts'

/** What a client emitted is as it was sent; what was done here says to what. */
function contentOf({ subject, before, after }: Event): Pick<Subjects['events'], 'payload' | 'target'> {
  if (subject.type !== EMITTED) {
    return { payload: { subjectType: subject.type, subjectId: subject.id, before, after } }
  }
  return typeof after === 'object' && after !== null ? { ...after } : {}
}

/** What rules may ask of an event: the paths that clients of Prisme.ai know. */
export const eventFields = (event: Event): Subjects['events'] => ({
  id: event.id,
  type: event.action,
  source: {
    workspaceId: event.workspaceId,
    userId: event.actor.id,
    actorType: event.actor.type,
    correlationId: event.requestId,
    ...(event.subject.type === EMITTED ? { serviceTopic: EMITTED_TOPIC } : {}),
  },
  ...contentOf(event),
  createdAt: event.at.toISOString(),
})

export const EVENT_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('events.id') },
  type: { type: 'text', sql: sql.ref('events.action') },
  'source.workspaceId': { type: 'uuid', sql: sql.ref('events.workspace_id') },
  'source.userId': { type: 'text', sql: sql.ref('events.actor_id') },
  'source.actorType': { type: 'text', sql: sql.ref('events.actor_type') },
  'source.correlationId': { type: 'text', sql: sql.ref('events.request_id') },
  'source.serviceTopic': {
    type: 'text',
    // When it is asked for: the domain of access imports this one too, and may not have the constant yet.
    get sql() {
      return sql`case when events.subject_type = ${sql.lit(EMITTED)} then ${sql.lit(EMITTED_TOPIC)} end`
    },
  },
}
