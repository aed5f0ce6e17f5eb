import { type SelectQueryBuilder, sql } from 'kysely'
import type { Tables } from '../../platform/db/tables.ts'
import type { Event } from './event.ts'

/** Which events are wanted; what is left out does not matter. */
export interface EventFilter {
  readonly workspaceId?: string | undefined
  readonly actorId?: string | undefined
  /** What the action begins with: `database.` or `database.created`. */
  readonly action?: string | undefined
  readonly subjectType?: string | undefined
  readonly subjectId?: string | undefined
  /** From this moment on. */
  readonly from?: Date | undefined
  /** Before this moment. */
  readonly to?: Date | undefined
  /** Anywhere in the names and details, in any case. */
  readonly text?: string | undefined
}

/**
 * Ids hold the time at which they were made, by the clock of a server, and `at` is that of the database: so far the
 * two may lie apart when ids narrow a search by time.
 */
const SLACK_MS = 3_600_000

/** The smallest UUIDv7 of a moment. */
export function idAt(time: Date): string {
  const hex = Math.max(0, Math.min(time.getTime(), 2 ** 48 - 1))
    .toString(16)
    .padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** All of the filter that the database can say by index; `text` is left to `matchesText`. */
export function narrow<O>(
  query: SelectQueryBuilder<Tables, 'events', O>,
  filter: EventFilter,
): SelectQueryBuilder<Tables, 'events', O> {
  const { workspaceId, actorId, action, subjectType, subjectId, from, to } = filter
  let narrowed = query
  if (workspaceId !== undefined) narrowed = narrowed.where('workspace_id', '=', workspaceId)
  if (actorId !== undefined) narrowed = narrowed.where('actor_id', '=', actorId)
  if (action !== undefined) narrowed = narrowed.where(sql<boolean>`starts_with(action, ${action})`)
  if (subjectType !== undefined) narrowed = narrowed.where('subject_type', '=', subjectType)
  if (subjectId !== undefined) narrowed = narrowed.where('subject_id', '=', subjectId)
  if (from !== undefined)
    narrowed = narrowed.where('at', '>=', from).where('id', '>=', idAt(new Date(from.getTime() - SLACK_MS)))
  if (to !== undefined)
    narrowed = narrowed.where('at', '<', to).where('id', '<', idAt(new Date(to.getTime() + SLACK_MS)))
  return narrowed
}

/** Whether the event's words hold the text that is looked for. */
export function matchesText(event: Event, text: string | undefined): boolean {
  if (text === undefined) return true
  const words = [
    event.action,
    event.actor.name,
    event.actor.id,
    event.subject.type,
    event.subject.id,
    event.requestId,
    event.before === null ? null : JSON.stringify(event.before),
    event.after === null ? null : JSON.stringify(event.after),
  ]
  const wanted = text.toLowerCase()
  return words.some((word) => word?.toLowerCase().includes(wanted))
}

/** Whether an event is wanted, as `narrow` and `matchesText` say together. */
export function matchesFilter(event: Event, filter: EventFilter): boolean {
  const { workspaceId, actorId, action, subjectType, subjectId, from, to, text } = filter
  return (
    (workspaceId === undefined || event.workspaceId === workspaceId) &&
    (actorId === undefined || event.actor.id === actorId) &&
    (action === undefined || event.action.startsWith(action)) &&
    (subjectType === undefined || event.subject.type === subjectType) &&
    (subjectId === undefined || event.subject.id === subjectId) &&
    (from === undefined || event.at >= from) &&
    (to === undefined || event.at < to) &&
    matchesText(event, text)
  )
}
