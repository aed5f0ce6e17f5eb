import type { Signals } from '../../platform/signals/index.ts'

/**
 * Reads until `done`, or until the time is over; between reads it waits for the database's signal. Answers
 * what it read last.
 */
export async function waitUntil<State>(
  signals: Signals,
  databaseId: string,
  timeoutMs: number,
  read: () => Promise<State>,
  done: (state: State) => boolean,
): Promise<State> {
  const deadline = performance.now() + timeoutMs
  // Once more when the time is over: a signal may have been lost with the connection that brings them.
  let isLast = false
  for (;;) {
    const stop = new AbortController()
    const remaining = Math.max(0, deadline - performance.now())
    // Listening starts before reading, so that no change falls in between.
    const changed = signals.waitFor('database', databaseId, remaining, stop.signal)
    try {
      const state = await read()
      if (done(state) || remaining === 0 || isLast) return state
      isLast = !(await changed)
    } finally {
      stop.abort()
    }
  }
}
