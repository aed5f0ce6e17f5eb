import type { LogChange } from '../engines/engine.ts'
import { createArchivedUntil } from './archived-until.ts'
import type { Lsn } from './lsn.ts'
import type { Piece } from './piece-key.ts'

/** Changes that become one piece. */
export interface Gathered {
  readonly piece: Piece
  readonly data: readonly Buffer[]
  readonly bytes: number
  /** When the first of them came, in the clock's ms. */
  readonly since: number
}

/** Changes that have come and are in no piece yet. */
export interface Gathering {
  /** End of what has come. */
  readonly end: Lsn
  readonly bytes: number
  /** When the oldest of them came; null when there are none. */
  readonly since: number | null
  /** Throws when the change does not follow on what has come. */
  add(change: LogChange, now: number): void
  /** All of them, or undefined when there are none. */
  take(): Gathered | undefined
}

/** `coversUntil`: up to which moment every commit lies before `from`. */
export function createGathering(from: Lsn, coversUntil: number): Gathering {
  const covered = createArchivedUntil(coversUntil)
  let start = from
  let end = from
  let data: Buffer[] = []
  let since: number | null = null
  return {
    get end() {
      return end
    },
    get bytes() {
      return Number(end - start)
    },
    get since() {
      return since
    },
    add(change, now) {
      if (change.start !== end) throw new Error('the server’s log does not follow on what has come')
      if (change.data.length === 0) return
      data.push(change.data)
      end += BigInt(change.data.length)
      since ??= now
      covered.came(change)
    },
    take() {
      if (since === null) return undefined
      covered.stored(end)
      const piece = { start, end, coversUntil: covered.at }
      const gathered = { piece, data, bytes: Number(end - start), since }
      start = end
      data = []
      since = null
      return gathered
    },
  }
}
