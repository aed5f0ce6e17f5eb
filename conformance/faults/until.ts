import { setTimeout as sleep } from 'node:timers/promises'

/** Tries until it does not throw any more; throws the last error when time is up. */
export async function until<Result>(
  attempt: () => Promise<Result> | Result,
  timeoutMs: number,
  everyMs = 100,
): Promise<Result> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(everyMs)
    }
  }
}
