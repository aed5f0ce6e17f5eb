import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 100

/** Asks until `done` says yes; rejects with what was answered last when that takes longer than `timeoutMs`. */
export async function waitUntil<T>(
  ask: () => Promise<T>,
  done: (answer: T) => boolean,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (done(answer)) return answer
    if (Date.now() > deadline) {
      throw new Error(`still waiting after ${timeoutMs} ms; the last answer was ${JSON.stringify(answer)}`)
    }
    await sleep(PAUSE_MS)
  }
}
