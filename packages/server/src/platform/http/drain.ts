import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/**
 * Stops for good: says so on `/readyz`, takes no new connections, lets requests end for `ms` at most and then cuts
 * them off. A second call waits for the first.
 */
export type Drain = (ms: number) => Promise<void>

const AFTER_CUT_MS = 2_000

export function createDrain(app: FastifyInstance): { drain: Drain; isDraining: () => boolean } {
  let draining: Promise<void> | undefined

  app.addHook('onSend', (_request, reply, payload, done) => {
    // Else a client would send its next request into a connection that is about to close.
    if (draining) void reply.header('connection', 'close')
    done(null, payload)
  })

  async function stop(ms: number): Promise<void> {
    const ended = new AbortController()
    const closed = app.close().finally(() => ended.abort())
    const late = (wait: number): Promise<unknown> =>
      sleep(wait, undefined, { signal: ended.signal }).catch(() => undefined)
    await Promise.race([closed, late(ms)])
    if (!ended.signal.aborted) {
      app.server.closeAllConnections()
      await Promise.race([closed, late(AFTER_CUT_MS)])
    }
  }
  return {
    isDraining: () => draining !== undefined,
    drain(ms) {
      draining ??= stop(ms)
      return draining
    },
  }
}
