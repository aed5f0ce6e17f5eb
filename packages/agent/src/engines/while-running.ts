import { setTimeout as delay } from 'node:timers/promises'
import { AgentFault } from '../fault.ts'
import type { Exit } from './engine.ts'

const exitSeenMs = 100

/** What is asked of a server fails as `server-crashed` when it has ended, whatever its client said of that. */
export function createWhileRunning(process: {
  readonly exited: Promise<Exit>
  hasExited(): boolean
}): <Result>(work: () => Promise<Result>) => Promise<Result> {
  return async (work) => {
    try {
      if (!process.hasExited()) return await work()
    } catch (error) {
      // A session breaks a moment before its server's exit is seen.
      await Promise.race([process.exited, delay(exitSeenMs)])
      if (!process.hasExited()) throw error
      throw new AgentFault('server-crashed', 'The database server has ended.', { cause: error })
    }
    throw new AgentFault('server-crashed', 'The database server has ended.')
  }
}
