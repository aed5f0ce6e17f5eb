import { setTimeout as delay } from 'node:timers/promises'
import type { EngineOnHost, Hello, Report } from '@croft/protocol'
import type { Logger } from 'pino'
import { type Connection, type Handlers, joinServer } from './join-server.ts'
import type { Outbox } from './outbox.ts'
import { retryDelay } from './retry-delay.ts'

/** A connection of this age was a good one: the next failure begins with a short pause again, in ms. */
const STEADY_MS = 10_000
/** After a refusal that trying again does not help, in ms; somebody may have changed something. */
const REFUSED_MS = 60_000

/** The agent's side of its connection to the control plane, made again whenever it is lost. */
export interface Link {
  readonly connected: boolean
  /** Settles when the control plane has welcomed this agent for the first time. */
  readonly joined: Promise<void>
  /** Tells it at once, or with the next hello. */
  tellEngines(engines: EngineOnHost[]): void
  /** Tells what is left, if that can be done within `ms`, then closes. */
  close(ms: number): Promise<void>
}

export interface LinkOptions {
  /** Origin of the API: http(s) or ws(s). */
  readonly serverUrl: string
  readonly token: string
  readonly outbox: Outbox
  readonly log: Logger
  /** First message of each connection. */
  hello(): Promise<Hello>
  readonly handlers: Pick<Handlers, 'onDesired' | 'onTasks'>
}

export function createLink(options: LinkOptions): Link {
  const { log, outbox } = options
  const over = new AbortController()
  let connection: Connection | null = null
  let scheduled = false
  let onQuiet = () => {}
  const { promise: joined, resolve: onJoined } = Promise.withResolvers<void>()
  outbox.onNews(schedule)

  /** All that one turn of the event loop brings goes into one report, without a timer. */
  function schedule(): void {
    if (scheduled || !connection) return
    scheduled = true
    queueMicrotask(flush)
  }

  function flush(): void {
    scheduled = false
    if (!connection) return
    let report: Report | undefined = outbox.next()
    while (report) {
      connection.send(report)
      report = outbox.next()
    }
    if (outbox.empty) onQuiet()
  }

  async function connectOnce(): Promise<boolean> {
    const current = await joinServer({
      serverUrl: options.serverUrl,
      token: options.token,
      hello: await options.hello(),
      log,
      signal: over.signal,
      handlers: { ...options.handlers, onAck: (seq) => outbox.acknowledged(seq) },
    })
    connection = current
    log.info({ target: current.targetId }, 'joined the control plane')
    onJoined()
    schedule()
    const end = await current.closed
    connection = null
    outbox.disconnected()
    if (!over.signal.aborted)
      log.warn({ reason: end.reason }, 'lost the control plane; what is known goes on being served')
    return end.retry
  }

  async function run(): Promise<void> {
    let attempt = 0
    while (!over.signal.aborted) {
      const began = performance.now()
      let retry = true
      try {
        retry = await connectOnce()
      } catch (err) {
        connection = null
        if (over.signal.aborted) return
        // The first failures of a start are expected: the control plane may not be up yet.
        log[attempt < 3 ? 'info' : 'warn'](
          { err, attempt },
          'the control plane cannot be joined; trying again',
        )
      }
      attempt = performance.now() - began > STEADY_MS ? 0 : attempt + 1
      const pause = retry ? retryDelay(attempt) : REFUSED_MS
      await delay(pause, undefined, { signal: over.signal }).catch(() => {})
    }
  }

  const running = run()

  return {
    joined,
    get connected() {
      return connection !== null
    },
    tellEngines(engines) {
      connection?.send({ type: 'engines', engines })
    },
    async close(ms) {
      if (connection) {
        const quiet = new Promise<void>((resolve) => {
          onQuiet = resolve
        })
        schedule()
        await Promise.race([quiet, delay(ms), connection.closed])
      }
      over.abort()
      connection?.close('the agent stops')
      await running
    },
  }
}
