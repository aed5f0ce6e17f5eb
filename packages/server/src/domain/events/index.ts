import type { Logger } from 'pino'
import type { Db } from '../../platform/db/connect.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import type { PageRequest } from '../page.ts'
import { type EmittedEvent, emitEvents } from './emit-events.ts'
import type { EventFilter } from './event-filter.ts'
import { expireEvents } from './expire-events.ts'
import { createExportEvents } from './export-events.ts'
import { createFollowEvents } from './follow-events.ts'
import { createHoldSealing } from './hold-sealing.ts'
import { listEvents } from './list-events.ts'
import { createNoteRefusals } from './note-refusals.ts'
import { getRetention, setRetention } from './retention.ts'
import { verifyEvents } from './verify-events.ts'

export type { EmittedEvent } from './emit-events.ts'
export type { Event } from './event.ts'
export type { EventFilter } from './event-filter.ts'
export type { FollowFilter } from './follow-events.ts'
export { type NewEvent, recordEvent } from './record-event.ts'
export type { Retention } from './retention.ts'
export { eventFields } from './subjects.ts'
export type { Fault, VerifyStep } from './verify-events.ts'

export interface EventsDeps {
  readonly db: Db
  readonly signals: Signals
  readonly log: Pick<Logger, 'warn'>
  /** Of events whose workspace says nothing else. */
  readonly retentionDays: number
}

/** Reading and keeping the trail; use cases write to it with `recordEvent`. */
export function createEvents({ db, signals, log, retentionDays }: EventsDeps) {
  const holdSealing = createHoldSealing({ db, signals, log })
  const refusals = createNoteRefusals({ db, log })
  const kept = { db, retentionDays }
  return {
    listEvents: (call: Call, query: EventFilter & { readonly page: PageRequest }) =>
      listEvents(db, call, query),
    emitEvents: (call: Call, input: { workspaceId: string; events: readonly EmittedEvent[] }) =>
      emitEvents(db, call, input),
    followEvents: createFollowEvents({ db, signals, holdSealing }),
    exportEvents: createExportEvents(db),
    verifyEvents: (call: Call, query: { after?: string | undefined; expect?: string | undefined }) =>
      verifyEvents(db, call, query),
    getRetention: (call: Call, workspaceId: string) => getRetention(kept, call, workspaceId),
    setRetention: (call: Call, wanted: { workspaceId: string; days: number | null }) =>
      setRetention(kept, call, wanted),
    expireEvents: (jobId: string, signal: AbortSignal) => expireEvents(kept, jobId, signal),
    noteFailure: refusals.noteFailure,
    /** Writes the refusals that are still counted; call it before the database connection closes. */
    close: refusals.close,
    /** For a server process that runs jobs. */
    holdSealing,
  }
}
export type Events = ReturnType<typeof createEvents>
