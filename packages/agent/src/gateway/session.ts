import type { Socket } from 'node:net'
import { ClientGone } from './client-gone.ts'
import { connectServer } from './connect-server.ts'
import { farewell } from './farewell.ts'
import { holdClient } from './hold-client.ts'
import type { GatewayLimits } from './limits.ts'
import type { EngineMetrics } from './metrics.ts'
import type { LoginOutcome, Opening, Protocol } from './protocol.ts'
import { Refusal } from './refusal.ts'
import { type Relay, relay } from './relay.ts'
import type { Lease, Route } from './route.ts'

/** One client of an instance, from the moment it is known whose it is. */
export interface Session {
  readonly user: string
  /**
   * Settles when the session is over: `again` when its login failed and the client may try another. Rejects when
   * it never came to a login, with why.
   */
  readonly over: Promise<'over' | 'again'>
  end(refusal: Refusal): void
  endWhenIdle(refusal: Refusal): void
}

export interface SessionOptions {
  readonly protocol: Protocol
  readonly client: Socket
  readonly opening: Opening
  readonly user: string
  readonly route: Route
  readonly limits: GatewayLimits
  readonly metrics: EngineMetrics
  /** A byte went either way. */
  onActivity(): void
  /** Resolves when the client may be told. */
  onWrongPassword(): Promise<void>
}

export function startSession(options: SessionOptions): Session {
  const { protocol, client, opening, user, route, limits, metrics } = options
  const waiting = new AbortController()
  let joined: Relay | undefined
  let outcome: LoginOutcome | undefined

  /** Holds the client until its server answers. */
  const wait = async (): Promise<{ lease: Lease; server: Socket }> => {
    const release = holdClient(client, () => waiting.abort(new ClientGone()))
    const deadline = setTimeout(() => waiting.abort(tookTooLong(limits.wakeMs)), limits.wakeMs)
    const since = performance.now()
    try {
      const connected = await connectServer(route, waiting.signal)
      metrics.wakeWaited((performance.now() - since) / 1000)
      return connected
    } finally {
      clearTimeout(deadline)
      release()
    }
  }

  const end = (refusal: Refusal) => {
    if (joined) joined.end(refusal)
    else waiting.abort(refusal)
  }

  /** The server said no, before the streams were joined. */
  const refuse = async (words: Buffer, wrongPassword: boolean): Promise<'over' | 'again'> => {
    metrics.startup('login_failed')
    if (wrongPassword) await options.onWrongPassword()
    if (protocol.triesAgain && !client.destroyed && !waiting.signal.aborted) {
      client.write(words)
      return 'again'
    }
    await farewell(client, words, limits.lingerMs)
    return 'over'
  }

  const serve = async (lease: Lease, server: Socket): Promise<Buffer | null> => {
    const late = new Refusal('login-timeout', 'canceling authentication due to timeout')
    const loginTimer = setTimeout(end, limits.authenticationMs, late)
    const onOutcome = (found: LoginOutcome) => {
      outcome = found
      if (found !== 'ready') return
      clearTimeout(loginTimer)
      metrics.startup('ready')
    }
    try {
      const { signal } = waiting
      const login = await opening.login({ client, server, user, endpoint: lease.endpoint, signal, onOutcome })
      if ('refused' in login) {
        outcome = login.wrongPassword ? 'refused' : undefined
        return login.refused
      }
      const { framing } = login
      joined = relay({
        client,
        server,
        framing,
        lingerMs: limits.lingerMs,
        onClientBytes(count) {
          metrics.bytes.fromClients += count
          options.onActivity()
        },
        onServerBytes(count) {
          metrics.bytes.toClients += count
          options.onActivity()
        },
      })
      if (signal.aborted) joined.end(signal.reason)
      await joined.closed
      framing.close?.()
      return null
    } finally {
      clearTimeout(loginTimer)
      server.destroy()
      lease.release()
    }
  }

  const run = async (): Promise<'over' | 'again'> => {
    const { lease, server } = await wait()
    const refused = await serve(lease, server)
    if (refused !== null) return await refuse(refused, outcome === 'refused')
    if (outcome === 'ready') return 'over'
    if (outcome === 'refused') void options.onWrongPassword()
    metrics.startup(outcome === 'refused' ? 'login_failed' : 'client_gone')
    return 'over'
  }

  return {
    user,
    over: run(),
    end,
    endWhenIdle(refusal) {
      if (joined) joined.endWhenIdle(refusal)
      else waiting.abort(refusal)
    },
  }
}

function tookTooLong(ms: number): Refusal {
  return new Refusal(
    'unavailable',
    `the database did not start within ${Math.round(ms / 1000)} seconds`,
    'Try again in a moment.',
  )
}
