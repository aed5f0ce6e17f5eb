import type { Executor } from '../../platform/db/connect.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Call } from '../access/index.ts'

export interface NewEvent {
  /** Null for what concerns the whole platform. */
  readonly workspaceId: string | null
  /** `noun.past`: `database.created`. */
  readonly action: string
  readonly subjectType: string
  readonly subjectId: string
  /** What mattered before and after; never a secret. */
  readonly before?: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>>
}

/** Writes to the trail inside the caller's transaction: what is not committed was not done. */
export async function recordEvent(tx: Executor, call: Call, event: NewEvent): Promise<void> {
  await tx
    .insertInto('events')
    .values({
      id: newId(),
      workspace_id: event.workspaceId,
      actor_type: call.principal.type,
      actor_id: call.principal.id,
      actor_name: call.principal.name,
      action: event.action,
      subject_type: event.subjectType,
      subject_id: event.subjectId,
      before: event.before === undefined ? null : { ...event.before },
      after: event.after === undefined ? null : { ...event.after },
      request_id: call.requestId,
    })
    .execute()
}
