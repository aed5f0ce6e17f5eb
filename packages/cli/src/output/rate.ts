/** How fast something comes along lately. */
export interface Rate {
  /** Notes how much is done; less than before begins anew. */
  see(done: number): void
  /** What was done a second lately; null while that cannot be told. */
  perSecond(): number | null
}

/** Long enough that a pause does not make it leap, short enough that it tells of now. */
const WINDOW_MS = 10_000
const LEAST_MS = 500

export function createRate(clock: () => number = () => performance.now()): Rate {
  let seen: { readonly at: number; readonly done: number }[] = []
  return {
    see(done) {
      const at = clock()
      if (done < (seen.at(-1)?.done ?? 0)) seen = []
      // The last one before the window stays: what is measured spans all of it.
      while ((seen[1]?.at ?? at) <= at - WINDOW_MS) seen.shift()
      seen.push({ at, done })
    },
    perSecond() {
      const [first] = seen
      const last = seen.at(-1)
      if (!first || !last) return null
      const passed = clock() - first.at
      return passed < LEAST_MS ? null : ((last.done - first.done) / passed) * 1000
    },
  }
}
