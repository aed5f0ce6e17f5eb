import { createHash } from 'node:crypto'
import { Cron } from 'croner'
import { CroftError } from '../../platform/errors/index.ts'

const LEAST_GAP_MS = 10 * 60_000
/** Runs looked at for the gap between them: two days of the most frequent schedule. */
const RUNS = 300
const SPREAD_PART = 0.1
const LONGEST_SPREAD_MS = 3_600_000

/** A cron expression of five fields, in UTC; `@daily` and the like are none. Throws what croner throws. */
export function readCron(pattern: string): Cron {
  if (pattern.startsWith('@')) throw new TypeError('a nickname instead of five fields')
  return new Cron(pattern, { timezone: 'UTC', mode: '5-part' })
}

/** What is wrong with a schedule, or null. */
function faultOf(pattern: string): string | null {
  let runs: readonly Date[]
  try {
    runs = readCron(pattern).nextRuns(RUNS)
  } catch {
    return 'must be a cron expression of five fields, in UTC'
  }
  if (runs.length === 0) return 'must name a time that comes'
  const isTooOften = runs.some((run, index) => {
    const before = runs[index - 1]
    return before !== undefined && run.getTime() - before.getTime() < LEAST_GAP_MS
  })
  return isTooOften ? 'must leave at least ten minutes between two backups' : null
}

/** Throws `invalid-input` for what is no cron expression, never comes, or comes more often than every ten minutes. */
export function checkSchedule(pattern: string): void {
  const fault = faultOf(pattern)
  if (fault === null) return
  throw new CroftError('invalid-input', `The schedule ${fault}.`, {
    hint: 'For example "0 3 * * *", every day at three.',
    fields: [{ path: '/schedule', message: fault }],
  })
}

/** The last two times of a schedule, newest first, and how far apart databases may be spread after each. */
export interface Ticks {
  readonly latest: Date
  readonly before: Date | undefined
  readonly spreadMs: number
}

/** Undefined before the first time of all. */
export function ticksOf(cron: Cron, now: Date): Ticks | undefined {
  // croner leaves out the second it is asked about.
  const [latest, before] = cron.previousRuns(2, new Date(Math.floor(now.getTime() / 1000) * 1000 + 1000))
  if (!latest) return undefined
  const next = cron.nextRun(latest)
  const interval = next ? next.getTime() - latest.getTime() : 0
  return { latest, before, spreadMs: Math.min(interval * SPREAD_PART, LONGEST_SPREAD_MS) }
}

/** How long after a time of its schedule a database's turn is: the same each time, another for each database. */
export function jitterOf(databaseId: string, spreadMs: number): number {
  const share = createHash('sha256').update(databaseId).digest().readUInt32BE(0) / 2 ** 32
  return Math.floor(share * spreadMs)
}

/** The newest time of its schedule whose turn has come for a database. */
export function dueTick(ticks: Ticks, databaseId: string, now: Date): Date | undefined {
  const turn = ticks.latest.getTime() + jitterOf(databaseId, ticks.spreadMs)
  return turn <= now.getTime() ? ticks.latest : ticks.before
}
