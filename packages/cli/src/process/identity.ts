import { setTimeout as sleep } from 'node:timers/promises'
import { readProcess } from './table.ts'

/** One process for good: a pid alone may belong to another one later. */
export interface ProcessIdentity {
  readonly pid: number
  readonly started: string
}

export function identify(pid: number): ProcessIdentity | null {
  const row = readProcess(pid)
  return row && { pid, started: row.started }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return readProcess(identity.pid)?.started === identity.started
}

/** Sends a signal unless the process is gone or became another's. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return
  try {
    process.kill(identity.pid, signal)
  } catch {
    // Gone in between.
  }
}

const POLL_MS = 50

/** Whether all of them are gone within the time. */
async function waitGone(identities: readonly ProcessIdentity[], milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds
  while (identities.some(isAlive)) {
    if (Date.now() >= deadline) return false
    await sleep(POLL_MS)
  }
  return true
}

/** One step of ending processes: a signal and how long it may take. */
export interface EndStep {
  readonly signal: NodeJS.Signals
  readonly waitMs: number
}

/** Ends processes by ever harsher steps; resolves early when all are gone. */
export async function endProcesses(
  identities: readonly ProcessIdentity[],
  steps: readonly EndStep[],
): Promise<void> {
  for (const step of steps) {
    for (const identity of identities) signalProcess(identity, step.signal)
    if (await waitGone(identities, step.waitMs)) return
  }
}
