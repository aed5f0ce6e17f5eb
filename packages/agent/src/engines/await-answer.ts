import { setTimeout as delay } from 'node:timers/promises'
import { AgentFault } from '../fault.ts'

/** Without a word of progress: a recovery reads much of a log from a slow disk, and tells of it. */
const deadlineMs = 10 * 60_000
/** Asked now and then in case the log's line was missed. */
const askEveryMs = 1000

export interface StartingServer {
  readonly process: { readonly exited: Promise<unknown>; hasExited(): boolean }
  /** Resolves with the line that says it is ready. */
  readonly ready: Promise<unknown>
  /** When it last gave a sign of getting on, in ms of `performance.now()`. */
  lastSign(): number
  /** Rejects while it does not answer. */
  ask(): Promise<unknown>
  /** Why it has ended. */
  exitFault(): Promise<AgentFault>
  /** A refusal that waiting does not change; asked once the server has said that it is ready. */
  refusal?(error: unknown): AgentFault | undefined
}

/** Waits until a server that was started answers. Throws `AgentFault`. */
export async function awaitAnswer(server: StartingServer): Promise<void> {
  const begun = performance.now()
  let ready = false
  const said = server.ready.then(() => {
    ready = true
  })
  const exited = server.process.exited.then(() => {})
  for (;;) {
    const abort = new AbortController()
    // Once it has said to be ready, the line is no news any more, and a refusal is retried after a moment.
    const pause = delay(ready ? 10 : askEveryMs, undefined, { signal: abort.signal }).catch(() => {})
    await Promise.race(ready ? [exited, pause] : [said, exited, pause])
    abort.abort()
    if (server.process.hasExited()) throw await server.exitFault()
    try {
      await server.ask()
      return
    } catch (error) {
      if (performance.now() > Math.max(begun, server.lastSign()) + deadlineMs) {
        const message = 'The database server did not answer within ten minutes, nor said that it gets on.'
        throw new AgentFault('server-start-failed', message, { cause: error })
      }
      const refusal = ready ? server.refusal?.(error) : undefined
      if (refusal) throw refusal
    }
  }
}
