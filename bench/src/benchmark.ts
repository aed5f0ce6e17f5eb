import { median, quantile } from './statistics.ts'

export type Unit = 'ms' | 's' | '/s' | 'MB/s' | 'MB' | '%'

/** One line of the table. */
export interface Row {
  readonly what: string
  /** In words, with the unit. */
  readonly goal: string
  readonly unit: Unit
  readonly median: number
  /** The 99th percentile on the bad side: the slow end of times, the low end of rates. */
  readonly p99: number
  readonly samples: number
  readonly met: boolean
  /** What else was seen. */
  readonly note: string
  /** What is known of why the goal is missed; printed when it is. */
  readonly why: string
}

export interface Options {
  /** How often the thing and its peer are measured in turn. */
  readonly rounds: number
  /** Fewer and smaller operations, to see that it works. */
  readonly quick: boolean
  /** Says what is going on. */
  progress(line: string): void
}

export interface Benchmark {
  readonly name: string
  run(options: Options): Promise<readonly Row[]>
}

interface Measured {
  readonly what: string
  readonly goal: string
  readonly unit: Unit
  readonly values: readonly number[]
  /** `more` is better for rates and ratios. */
  readonly better: 'less' | 'more'
  /** Limits of the goal, in the unit. */
  readonly limit: { readonly median: number; readonly p99?: number }
  readonly note?: string
  readonly why?: string
}

export function toRow({ what, goal, unit, values, better, limit, note = '', why = '' }: Measured): Row {
  const middle = median(values)
  const p99 = quantile(values, better === 'less' ? 0.99 : 0.01)
  const within = (value: number, bound: number) => (better === 'less' ? value < bound : value > bound)
  const met = within(middle, limit.median) && (limit.p99 === undefined || within(p99, limit.p99))
  return { what, goal, unit, median: middle, p99, samples: values.length, met, note, why }
}
