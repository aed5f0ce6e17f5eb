import type { LogChange } from '../engines/engine.ts'
import type { Lsn } from './lsn.ts'

/** Until when every commit is archived, in ms of the server's clock; it falls when that is put back. */
export interface ArchivedUntil {
  readonly at: number
  /** A change has come: what was durable when it was sent ends at its `serverEnd`. */
  came(change: LogChange): void
  /** Everything before this position is stored. */
  stored(lsn: Lsn): void
}

/** While the server is ahead, some change is kept in mind until all that was durable then is stored. */
export function createArchivedUntil(start: number): ArchivedUntil {
  let at = start
  let next: { readonly end: Lsn; readonly sentAt: number } | undefined
  let last: { readonly end: Lsn; readonly sentAt: number } | undefined
  return {
    get at() {
      return at
    },
    came({ serverEnd, sentAt }) {
      last = { end: serverEnd, sentAt }
      next ??= last
    },
    stored(lsn) {
      if (next && lsn >= next.end) {
        at = next.sentAt
        next = undefined
      }
      if (last && lsn >= last.end) at = last.sentAt
      else next ??= last
    },
  }
}
