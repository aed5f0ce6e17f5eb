import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Executor } from '../db/connect.ts'
import { type Channel, notifyName } from './channel.ts'
import { listen } from './listen.ts'

/** Gets the id that changed, or null after a (re)connect: signals may have been lost, so read everything again. */
export type SignalHandler = (payload: string | null) => void | Promise<void>

export interface Signals {
  /** Tells every process once the caller's transaction has committed. */
  send(executor: Executor, channel: Channel, payload: string): Promise<void>
  /** Returns what ends the subscription. */
  on(channel: Channel, handler: SignalHandler): () => void
  /**
   * Resolves true when the signal arrives, or when signals may have been lost: read the state again either way.
   * False at the timeout, on abort and on close. Call it before reading the state and await it after, else a
   * signal in between is missed; abort it when it is no longer wanted.
   */
  waitFor(channel: Channel, payload: string, timeoutMs: number, signal?: AbortSignal): Promise<boolean>
  /** Whether signals of other processes arrive at this moment. */
  connected(): boolean
  /** Aborts with `endWaits` and `close`: what goes on for long ends then. */
  readonly ending: AbortSignal
  /** Every wait ends now, and those that begin later at once: this process stops, and what waits must answer. */
  endWaits(): void
  close(): Promise<void>
}

export interface SignalsOptions {
  readonly url: string
  readonly log: Pick<Logger, 'warn' | 'error'>
}

/** Signals between processes over LISTEN/NOTIFY, on a connection of their own that is kept up. */
export function createSignals({ url, log }: SignalsOptions): Signals {
  const handlers = new Map<Channel, Set<SignalHandler>>()
  const ending = new AbortController()

  async function run(handler: SignalHandler, payload: string | null): Promise<void> {
    try {
      await handler(payload)
    } catch (error) {
      log.error({ err: error }, 'a signal handler failed')
    }
  }
  function deliver(channel: Channel, payload: string | null): void {
    for (const handler of [...(handlers.get(channel) ?? [])]) void run(handler, payload)
  }
  function on(channel: Channel, handler: SignalHandler): () => void {
    const all = handlers.get(channel) ?? new Set<SignalHandler>()
    handlers.set(channel, all)
    // A wrapper, so that subscribing one function twice gives two subscriptions.
    const own: SignalHandler = (payload) => handler(payload)
    all.add(own)
    return () => void all.delete(own)
  }

  const listener = listen({
    url,
    log,
    onSignal: deliver,
    onConnect() {
      for (const channel of handlers.keys()) deliver(channel, null)
    },
  })

  return {
    async send(executor, channel, payload) {
      await sql`select pg_notify(${notifyName(channel)}, ${payload})`.execute(executor)
    },
    on,
    waitFor(channel, payload, timeoutMs, signal) {
      return new Promise((resolve) => {
        const ends = signal ? AbortSignal.any([signal, ending.signal]) : ending.signal
        if (ends.aborted) return resolve(false)
        const settle = (arrived: boolean): void => {
          clearTimeout(timer)
          unsubscribe()
          ends.removeEventListener('abort', giveUp)
          resolve(arrived)
        }
        const giveUp = (): void => settle(false)
        const timer = setTimeout(giveUp, timeoutMs)
        const unsubscribe = on(channel, (received) => {
          if (received === null || received === payload) settle(true)
        })
        ends.addEventListener('abort', giveUp)
      })
    },
    connected: listener.connected,
    ending: ending.signal,
    endWaits: () => ending.abort(),
    async close() {
      ending.abort()
      handlers.clear()
      await listener.close()
    },
  }
}
