/** One row that was sent. Times are this machine's clock, in ms; Croft runs on the same one. */
interface Write {
  readonly n: number
  readonly sentAt: number
  /** Null while, or when never, acknowledged. */
  ackedAt: number | null
}

/** A time in which rows were only added: from the database's creation or a restore to the next restore. */
interface Era {
  readonly startedAt: number
  /** Rows that were found when it began. */
  readonly baseline: ReadonlySet<number>
  readonly writes: Write[]
  endedAt: number | null
}

/** What a writer knows of its database's rows. */
export interface Ledger {
  /** Notes that row `n` is on its way; call the answer when it is acknowledged. */
  sending(n: number): () => void
  /** Acknowledged in this era. */
  acknowledged(): number
  /** Ends the era: nothing is on its way any more. */
  endEra(): void
  /** A new era begins with these rows. */
  beginEra(rows: ReadonlySet<number>): void
  /** A moment within an era at which rows were being written, or null when there was none. */
  moment(random: () => number): number | null
  /** What is wrong with rows that should be those of a moment, or of one between two moments of an era. */
  faults(rows: ReadonlySet<number>, at: Moment): string[]
}

export type Moment = Instant | { readonly from: Instant; readonly to: Instant }
type Instant = number | 'now'

export function createLedger(now: () => number = Date.now): Ledger {
  const eras: Era[] = [{ startedAt: now(), baseline: new Set(), writes: [], endedAt: null }]
  const current = (): Era => {
    const era = eras.at(-1)
    if (!era) throw new Error('a ledger has an era')
    return era
  }

  function eraAt(at: number): Era | undefined {
    return eras.findLast((era) => era.startedAt <= at && (era.endedAt === null || at <= era.endedAt))
  }

  return {
    sending(n) {
      const write: Write = { n, sentAt: now(), ackedAt: null }
      current().writes.push(write)
      return () => {
        write.ackedAt = now()
      }
    },
    acknowledged: () => current().writes.filter(({ ackedAt }) => ackedAt !== null).length,
    endEra() {
      current().endedAt = now()
    },
    beginEra(rows) {
      eras.push({ startedAt: now(), baseline: new Set(rows), writes: [], endedAt: null })
    },
    moment(random) {
      const written = eras.filter(({ writes }) => writes.length > 1)
      const era = written[Math.floor(random() * written.length)]
      const from = era?.writes[0]?.sentAt
      const to = era?.writes.at(-1)?.sentAt
      if (from === undefined || to === undefined || to <= from) return null
      return Math.floor(from + random() * (to - from))
    },
    faults(rows, at) {
      const { from, to } = typeof at === 'object' ? at : { from: at, to: at }
      const era = to === 'now' ? current() : eraAt(to)
      if (!era) return [`no record of ${to}`]
      const lost = [...era.baseline].filter((n) => !rows.has(n))
      const sent = new Set(era.baseline)
      for (const { n, sentAt, ackedAt } of era.writes) {
        // Within one ms nobody can say which came first.
        if (ackedAt !== null && (from === 'now' || ackedAt < from) && !rows.has(n)) lost.push(n)
        if (to === 'now' || sentAt <= to) sent.add(n)
      }
      const extra = [...rows].filter((n) => !sent.has(n))
      const faults: string[] = []
      if (lost.length > 0) faults.push(`${lost.length} acknowledged rows are lost: ${sample(lost)}`)
      if (extra.length > 0) faults.push(`${extra.length} rows should not be there: ${sample(extra)}`)
      return faults
    },
  }
}

function sample(numbers: number[]): string {
  const sorted = numbers.sort((a, b) => a - b)
  return sorted.length <= 6
    ? sorted.join(', ')
    : `${sorted.slice(0, 3).join(', ')} … ${sorted.slice(-3).join(', ')}`
}
