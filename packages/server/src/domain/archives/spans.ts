/** What decides to which moments the archive of one chain leads. */
export interface Reach {
  readonly chain: string
  readonly startedAt: Date
  /** What the chain goes on from since its start; null until a backup was made in it. */
  readonly baseKey: string | null
  /** Its oldest changes were removed, so its start is out of reach. */
  readonly trimmed: boolean
  /** From when on the oldest usable backup that was made in it can be rolled forward. */
  readonly firstConsistentAt: Date | null
  readonly state: string
  readonly archivedAt: Date
  readonly endedAt: Date | null
  /** The data it is of is being replaced by a restore: when it ends is not known before it has. */
  readonly isReplaced: boolean
  /** Whether its host is connected: only then what was reported of it holds now. */
  readonly hostConnected: boolean
}

/** Any moment from `from` to `to`, both included, can be restored to. */
export interface Span {
  readonly chain: string
  readonly from: Date
  readonly to: Date
}

/**
 * To which moments a database can be restored, oldest first. Nothing before `since`, when its retention begins; null
 * does not limit it.
 */
export function spansOf(
  reaches: readonly Reach[],
  { now, since }: { now: Date; since: Date | null },
): Span[] {
  return reaches
    .flatMap((reach) => {
      const begin = beginOf(reach)
      if (begin === null) return []
      const from = since !== null && since > begin ? since : begin
      const to = endOf(reach, now)
      return from <= to ? [{ chain: reach.chain, from, to }] : []
    })
    .sort((a, b) => a.from.getTime() - b.from.getTime() || a.to.getTime() - b.to.getTime())
}

function beginOf({ baseKey, trimmed, startedAt, firstConsistentAt }: Reach): Date | null {
  return baseKey !== null && !trimmed ? startedAt : firstConsistentAt
}

/** A host that is so little behind, in ms, archives the rest within the time that a restore gives it. */
const LITTLE_LAG_MS = 5000

/** A host is told of a restore and archives what is missing first, so a chain that keeps up reaches until now. */
function endOf(reach: Reach, now: Date): Date {
  const { endedAt, isReplaced, state, hostConnected, archivedAt } = reach
  const lagMs = now.getTime() - archivedAt.getTime()
  const keepsUp =
    state === 'streaming' || state === 'complete' || (state === 'lagging' && lagMs < LITTLE_LAG_MS)
  const end = endedAt === null && !isReplaced && hostConnected && keepsUp ? now : archivedAt
  // A host whose clock is ahead does not lead into the future.
  return end < now ? end : now
}

/** The first and the last moment of all; gaps may lie between them. */
export function boundsOf(spans: readonly Span[]): { earliest: Date; latest: Date } | null {
  const [first] = spans
  if (!first) return null
  const latest = spans.reduce((last, { to }) => (to > last ? to : last), first.to)
  return { earliest: first.from, latest }
}

/** The newest span that holds a moment. */
export function spanAt(spans: readonly Span[], at: Date): Span | undefined {
  return spans.findLast(({ from, to }) => from <= at && at <= to)
}
