import { closeSync, openSync, rmSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const STALE_AFTER_MS = 30_000
const WAIT_MS = 10_000

/** Runs a change of the key ring while no other process changes it, so that no new key is lost. */
export async function withKeyFileLock<Result>(path: string, change: () => Result): Promise<Result> {
  const lock = `${path}.lock`
  const deadline = Date.now() + WAIT_MS
  for (;;) {
    try {
      closeSync(openSync(lock, 'wx', 0o600))
      break
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    // A change takes milliseconds: an old lock is of a process that was killed.
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > STALE_AFTER_MS) rmSync(lock, { force: true })
    else if (Date.now() > deadline) throw new Error(`another process is changing the key ring (${lock})`)
    else await sleep(20)
  }
  try {
    return change()
  } finally {
    rmSync(lock, { force: true })
  }
}
