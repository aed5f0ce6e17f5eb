import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import { type CancelKeys, cancelPacket, sendCancel } from './cancel-keys.ts'
import { ClientGone } from './client-gone.ts'
import { connectServer } from './connect-server.ts'
import { Fatal, SqlState } from './fatal.ts'
import { holdClient } from './hold-client.ts'
import type { GatewayLimits } from './limits.ts'
import { createLoginWatch } from './login-watch.ts'
import type { GatewayMetrics } from './metrics.ts'
import { type Relay, relay } from './relay.ts'
import type { Lease, Route } from './route.ts'

/** One client of an instance, from the moment its user name is known. */
export interface Session {
  readonly user: string
  /** Settles when the session is over; rejects when it never reached a server, with why. */
  readonly over: Promise<void>
  end(fatal: Fatal): void
  endWhenIdle(fatal: Fatal): void
}

export interface SessionOptions {
  readonly client: Socket
  readonly user: string
  /** The startup message, handed on as it came. */
  readonly startup: Buffer
  readonly rest: Buffer
  readonly route: Route
  readonly cancelKeys: CancelKeys
  readonly limits: GatewayLimits
  readonly metrics: GatewayMetrics
  readonly log: Logger
  /** A byte went either way. */
  onActivity(): void
  onLoginFailed(): void
}

export function startSession(options: SessionOptions): Session {
  const { client, user, route, limits, metrics } = options
  const waiting = new AbortController()
  let joined: Relay | undefined

  /** Holds the client until its server answers. */
  const wait = async (): Promise<{ lease: Lease; server: Socket; early: Buffer }> => {
    const release = holdClient(client, options.rest, () => waiting.abort(new ClientGone()))
    const deadline = setTimeout(() => waiting.abort(tookTooLong(limits.wakeMs)), limits.wakeMs)
    const since = performance.now()
    try {
      const connected = await connectServer(route, waiting.signal)
      metrics.wakeWaited((performance.now() - since) / 1000)
      return { ...connected, early: release() }
    } catch (error) {
      release()
      throw error
    } finally {
      clearTimeout(deadline)
    }
  }

  const run = async () => {
    const { lease, server, early } = await wait()
    let forgetKey = () => {}
    let cancelKey: string | undefined
    let ready = false
    let refused = false
    const watchLogin = createLoginWatch({
      onKey(key) {
        cancelKey = key
        forgetKey = options.cancelKeys.remember(key, lease.endpoint)
      },
      onReady() {
        ready = true
        clearTimeout(loginTimer)
        metrics.startup('ready')
      },
      onError() {
        refused = true
      },
    })
    joined = relay({
      client,
      server,
      lingerMs: limits.lingerMs,
      onClientBytes(count) {
        metrics.bytes.fromClients += count
        options.onActivity()
      },
      onServerChunk(chunk) {
        metrics.bytes.toClients += chunk.length
        options.onActivity()
        if (!ready) watchLogin(chunk)
      },
      cancelStatement() {
        if (cancelKey === undefined) return
        sendCancel(lease.endpoint, cancelPacket(cancelKey), AbortSignal.timeout(limits.lingerMs)).catch(
          (error) => options.log.debug({ err: error }, 'a statement could not be cancelled'),
        )
      },
    })
    const { end } = joined
    const loginTimer = setTimeout(
      () => end(new Fatal(SqlState.queryCanceled, 'canceling authentication due to timeout')),
      limits.authenticationMs,
    )
    server.write(options.startup)
    if (early.length > 0) server.write(early)
    client.resume()
    try {
      await joined.closed
    } finally {
      clearTimeout(loginTimer)
      forgetKey()
      lease.release()
    }
    if (ready) return
    if (refused) options.onLoginFailed()
    metrics.startup(refused ? 'login_failed' : 'client_gone')
  }

  return {
    user,
    over: run(),
    end(fatal) {
      if (joined) joined.end(fatal)
      else waiting.abort(fatal)
    },
    endWhenIdle(fatal) {
      if (joined) joined.endWhenIdle(fatal)
      else waiting.abort(fatal)
    },
  }
}

function tookTooLong(ms: number): Fatal {
  return new Fatal(
    SqlState.cannotConnectNow,
    `the database did not start within ${Math.round(ms / 1000)} seconds`,
    'Try again in a moment.',
  )
}
