import type { Logger } from 'pino'
import { type Db, transact } from '../../platform/db/index.ts'
import type { CroftError } from '../../platform/errors/index.ts'
import { type Refusal, refusalBehind } from '../access/index.ts'
import { recordEvent } from './record-event.ts'

/** Refusals of one caller, action and kind of thing within this time are one event, or two when there are more. */
const WINDOW_MS = 60_000
/** Of different kinds that are counted at one time in this process; beyond that they are left to the metrics. */
const MOST_KINDS = 5_000

interface Counted {
  readonly refusal: Refusal
  readonly request: RefusedRequest
  readonly code: string
  readonly timer: NodeJS.Timeout
  /** Since the first, which is written at once. */
  more: number
}

export interface RefusedRequest {
  /** Name of the operation, e.g. `prisma.createProject`. */
  readonly operation: string | undefined
  readonly requestId: string
}

/**
 * Writes what callers were refused to the trail, apart from the request, without letting anybody flood it: the first
 * of a kind at once, the number of the others a minute later.
 */
export function createNoteRefusals({ db, log }: { readonly db: Db; readonly log: Pick<Logger, 'warn'> }) {
  const kinds = new Map<string, Counted>()
  const writing = new Set<Promise<void>>()

  function write({ refusal, request, code }: Omit<Counted, 'timer' | 'more'>, count: number): void {
    const { principal, action, subjectType, subjectId, workspaceId } = refusal
    const written = transact(db, (tx) =>
      recordEvent(
        tx,
        { principal, requestId: request.requestId },
        {
          workspaceId,
          action: 'access.refused',
          subjectType,
          subjectId: subjectId ?? subjectType,
          after: { operation: request.operation ?? null, action, code, count },
        },
      ),
    ).catch((error: unknown) => log.warn({ err: error }, 'a refusal could not be written to the trail'))
    const done: Promise<void> = written.finally(() => writing.delete(done))
    writing.add(done)
  }

  function end(key: string): void {
    const counted = kinds.get(key)
    kinds.delete(key)
    if (!counted) return
    clearTimeout(counted.timer)
    if (counted.more > 0) write(counted, counted.more)
  }

  return {
    /** Takes every failure of a request; those that refuse nobody known are passed over. Never throws. */
    noteFailure(error: CroftError, request: RefusedRequest): void {
      const refusal = refusalBehind(error)
      if (!refusal || refusal.principal.type === 'anonymous' || refusal.principal.type === 'system') return
      const { principal, action, subjectType, workspaceId } = refusal
      const key = JSON.stringify([principal.type, principal.id, action, subjectType, workspaceId, error.code])
      const known = kinds.get(key)
      if (known) {
        known.more++
        return
      }
      if (kinds.size >= MOST_KINDS) return
      const counted = { refusal, request, code: error.code }
      kinds.set(key, { ...counted, more: 0, timer: setTimeout(end, WINDOW_MS, key).unref() })
      write(counted, 1)
    },
    /** Writes what is still counted; call it before the database connection closes. */
    async close(): Promise<void> {
      for (const key of [...kinds.keys()]) end(key)
      await Promise.all([...writing])
    },
  }
}
