import type { RecoveryPoint } from '@croft/protocol'
import { AgentFault } from '../fault.ts'
import { formatLsn, type Lsn } from './lsn.ts'
import type { Piece } from './piece-key.ts'

/** A commit's time is taken a moment before it is durable, so it may lie in what was sent later, in ms. */
const SLACK_MS = 2000

export interface Cover {
  /** In order; each begins at or before where the one before it ended. */
  readonly pieces: readonly Piece[]
  readonly end: Lsn
  /** Up to which moment they hold every commit, in ms; null for none. */
  readonly coversUntil: number | null
}

/**
 * Chooses the pieces that hold a log from a position up to a point, the longest first where they overlap: small ones
 * stay for a moment beside the one that they were merged to. Throws `AgentFault` `archive-broken` for a hole.
 */
export function coverLog(all: readonly Piece[], from: Lsn, until: RecoveryPoint): Cover {
  const pieces = all.filter((piece) => piece.end > from).sort(byStart)
  const { needed, wanted } = endFor(pieces, from, until)
  const chosen: Piece[] = []
  let at = from
  let next = 0
  let best: Piece | undefined
  while (at < wanted) {
    for (let piece = pieces[next]; piece && piece.start <= at; piece = pieces[++next]) {
      if (!best || piece.end > best.end) best = piece
    }
    if (!best || best.end <= at) {
      if (at >= needed) break
      throw hole(at, pieces[next]?.start, chosen.at(-1))
    }
    chosen.push(best)
    at = best.end
  }
  return { pieces: chosen, end: at, coversUntil: chosen.at(-1)?.coversUntil ?? null }
}

/**
 * Where reading may end. For a time: with the first piece that covers more than the last one that does not reach it.
 * The last, not the first: a clock that was put back makes moments recur. What follows it closely is wanted too, as
 * far as there is no hole; PostgreSQL itself stops where it has to.
 */
function endFor(pieces: readonly Piece[], from: Lsn, until: RecoveryPoint): { needed: Lsn; wanted: Lsn } {
  const latest = (some: readonly Piece[]) => some.reduce((end, piece) => max(end, piece.end), from)
  const moment = momentOf(until)
  if (moment === null) return { needed: latest(pieces), wanted: latest(pieces) }
  const end = latest(pieces.filter((piece) => piece.coversUntil <= moment))
  const later = pieces.filter((piece) => piece.end > end)
  const first = later.reduce<Piece | undefined>(
    (one, piece) => (one && one.end <= piece.end ? one : piece),
    undefined,
  )
  if (!first) return { needed: end, wanted: end }
  const close = later.filter((piece) => piece.coversUntil <= first.coversUntil + SLACK_MS)
  return { needed: first.end, wanted: latest(close) }
}

function momentOf(until: RecoveryPoint): number | null {
  if (until.type !== 'time') return null
  const moment = Date.parse(until.at)
  if (Number.isNaN(moment)) throw new TypeError(`no time: ${until.at.slice(0, 40)}`)
  return moment
}

function hole(from: Lsn, to: Lsn | undefined, last: Piece | undefined): AgentFault {
  const upTo = to === undefined ? 'its end' : formatLsn(to)
  const good = last
    ? `what was committed by ${new Date(last.coversUntil).toISOString()} is there`
    : 'nothing is left before it'
  return new AgentFault(
    'archive-broken',
    `The archive has a hole from ${formatLsn(from)} to ${upTo}; ${good}. Restore to a moment before it, or from a later backup.`,
  )
}

const byStart = (a: Piece, b: Piece): number => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0)
const max = (a: Lsn, b: Lsn): Lsn => (a > b ? a : b)
