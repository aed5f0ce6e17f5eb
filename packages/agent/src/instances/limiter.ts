import type { Clock } from './clock.ts'

/** Runs work in the order asked, at most `width` at a time. */
export interface Limiter {
  run<T>(work: () => Promise<T>): Promise<T>
}

/** With `patienceMs`, work that takes longer gives up its place: a slow one must not hold up all the others. */
export function createLimiter(
  width: number,
  patience?: { readonly clock: Clock; readonly patienceMs: number },
): Limiter {
  let running = 0
  const waiting: (() => void)[] = []

  /** The place is handed over, so that nobody who comes in between takes it. */
  function leave(): void {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }

  return {
    async run(work) {
      if (running < width) running += 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      let inside = true
      const leaveOnce = () => {
        if (inside) leave()
        inside = false
      }
      const cancel = patience?.clock.after(patience.patienceMs, leaveOnce)
      try {
        return await work()
      } finally {
        cancel?.()
        leaveOnce()
      }
    },
  }
}
