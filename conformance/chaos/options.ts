import { parseArgs } from 'node:util'

export interface Options {
  readonly seed: number
  readonly minutes: number
  /** Databases at one time. */
  readonly databases: number
  /** Leaves the data directory for a look when something was wrong. */
  readonly keep: boolean
}

export const USAGE = `Usage: npm run chaos -- [--minutes M] [--seed S] [--databases N] [--keep]

Starts Croft on a new data directory, writes to its databases without a pause, and meanwhile creates, deletes, clones,
backs up and restores them, kills processes and cuts backup targets off, in an order that the seed decides. After each
step it checks that no acknowledged write is lost, that restored data is what was there at that moment, and that
nothing is left over. Ends with 1 when it found a violation; the same seed repeats the order.

  --minutes M     how long to go on (default 2)
  --seed S        0 to 4294967295 (default: a new one, printed)
  --databases N   databases at one time (default 4)
  --keep          keep the data directory when something was wrong`

/** Throws an `Error` that says what is wrong. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string', default: '2' },
      databases: { type: 'string', default: '4' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed)
  const minutes = Number(values.minutes)
  const databases = Number(values.databases)
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) throw new Error('--seed is 0 to 4294967295.')
  if (!(minutes > 0 && minutes <= 24 * 60)) throw new Error('--minutes is above 0, at most 1440.')
  if (!Number.isInteger(databases) || databases < 1 || databases > 50)
    throw new Error('--databases is 1 to 50.')
  return { seed, minutes, databases, keep: values.keep }
}
