import { createHash } from 'node:crypto'
import { sql } from 'kysely'

/**
 * An event as its digest covers it: every column as text, the time in UTC with PostgreSQL's microseconds, JSON as
 * `jsonb` writes it (numbers to the last digit, which JavaScript's would lose).
 */
export interface SealedColumns {
  readonly id: string
  readonly at: string
  readonly workspace_id: string | null
  readonly actor_type: string
  readonly actor_id: string | null
  readonly actor_name: string | null
  readonly action: string
  readonly subject_type: string
  readonly subject_id: string
  readonly before: string | null
  readonly after: string | null
  readonly request_id: string | null
}

/** Selects `SealedColumns` from `events as event`. */
export const SEALED_COLUMNS = sql<SealedColumns>`
  event.id::text as id,
  to_char(event.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  event.workspace_id::text as workspace_id,
  event.actor_type, event.actor_id, event.actor_name, event.action, event.subject_type, event.subject_id,
  event.before::text as before, event.after::text as after, event.request_id`

/** Where a chain begins that nothing was deleted from. */
export const FIRST_HASH: Buffer = Buffer.alloc(32)

/** SHA-256 of the event's canonical JSON: an object of the columns above, in their order, without white space. */
export function digestOf(event: SealedColumns): Buffer {
  const canonical = JSON.stringify({
    id: event.id,
    at: event.at,
    workspace_id: event.workspace_id,
    actor_type: event.actor_type,
    actor_id: event.actor_id,
    actor_name: event.actor_name,
    action: event.action,
    subject_type: event.subject_type,
    subject_id: event.subject_id,
    before: event.before,
    after: event.after,
    request_id: event.request_id,
  })
  return createHash('sha256').update(canonical).digest()
}

/** The hash of a link: SHA-256 of the hash before it and its event's digest. */
export function linkHash(previous: Buffer, digest: Buffer): Buffer {
  return createHash('sha256').update(previous).update(digest).digest()
}
