import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'
import type { Logger } from 'pino'
import { AgentFault } from '../fault.ts'
import type { TlsSource } from '../tls/tls-source.ts'
import { createAdmission } from './admission.ts'
import { ClientGone } from './client-gone.ts'
import { farewell } from './farewell.ts'
import { defaultGatewayLimits, type GatewayLimits } from './limits.ts'
import { type Listener, listen } from './listen.ts'
import type { GatewayMetrics, StartupOutcome } from './metrics.ts'
import type { Connection, Opening, Protocol, Visitor } from './protocol.ts'
import { Refusal, type RefusalKind } from './refusal.ts'
import type { Gateway, RouteTable } from './route.ts'
import { startSession } from './session.ts'
import { createSessionBook } from './session-book.ts'

export interface GatewayOptions {
  readonly protocol: Protocol
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly routes: RouteTable
  readonly tls: TlsSource
  readonly log: Logger
  readonly metrics: GatewayMetrics
  readonly limits?: Partial<GatewayLimits>
}

const outcomes: Partial<Record<RefusalKind, StartupOutcome>> = {
  'unknown-user': 'unknown_user',
  'too-many-connections': 'connection_limit',
  unavailable: 'unavailable',
}

/**
 * Listens for the clients of one engine, finds each one's server by its user name, wakes it and joins the two.
 * Authentication is between client and server; the gateway sees no password that it could keep. Rejects when it
 * cannot listen.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { protocol, tls, log } = options
  const limits: GatewayLimits = { ...defaultGatewayLimits, ...options.limits }
  const admission = createAdmission(limits)
  const book = createSessionBook()
  const connections = new Set<Promise<void>>()
  const startups = new Set<AbortController>()
  const listeners = new Set<Listener>()
  const metrics = options.metrics.of(protocol.engine, () => book.all().length)
  let draining: Refusal | undefined

  /** Who fails often waits for the answer. */
  const holdBack = async (address: string, signal?: AbortSignal) => {
    admission.failed(address)
    await delay(admission.delayFor(address), undefined, signal ? { signal } : {}).catch(() => {})
  }

  const open = (client: Socket, opening: Opening, routes: RouteTable, address: string) => {
    const { user, route } = routeOf(opening, routes)
    if (route.tlsRequired && !(client instanceof TLSSocket)) {
      throw new Refusal(
        'tls-required',
        'this database takes connections with TLS only',
        'Connect with TLS: sslmode=require, ssl, or rediss://.',
      )
    }
    if (book.of(route.instanceId).sessions >= route.connectionLimit) {
      throw new Refusal(
        'too-many-connections',
        `too many connections for this database (limit ${route.connectionLimit})`,
      )
    }
    const onWrongPassword = () => holdBack(address)
    return book.add(route.instanceId, (onActivity) =>
      startSession({
        protocol,
        client,
        opening,
        user,
        route,
        limits,
        metrics,
        onActivity,
        onWrongPassword,
      }),
    )
  }

  /** From the first byte to a session; undefined when there is none, `again` when the client may try another login. */
  const begin = async (visitor: Visitor, connection: Connection, routes: RouteTable, address: string) => {
    const place = admission.enter(address)
    const startup = new AbortController()
    const late = new Refusal('login-timeout', 'no login came in time')
    const deadline = setTimeout(() => startup.abort(late), limits.startupMs)
    try {
      if (draining) throw draining
      if (!place) throw new Overload('too-many-connections', 'too many connections are starting')
      startups.add(startup)
      const opening = await visitor.negotiate(startup.signal)
      clearTimeout(deadline)
      if (opening) return open(connection.stream, opening, routes, address)
      metrics.startup('other')
      return undefined
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== 'unknown-user') throw error
      await holdBack(address, startup.signal)
      if (!protocol.triesAgain || startup.signal.aborted) throw error
      metrics.startup('unknown_user')
      connection.stream.write(visitor.say(error))
      return 'again'
    } finally {
      clearTimeout(deadline)
      startups.delete(startup)
      place?.leave()
    }
  }

  const serve = async (socket: Socket, routes: RouteTable) => {
    const connection: Connection = { stream: socket }
    const address = socket.remoteAddress ?? ''
    const visitor = protocol.meet(connection, tls)
    try {
      for (;;) {
        const session = await begin(visitor, connection, routes, address)
        if (session === undefined) connection.stream.destroySoon()
        if (session === undefined) return
        if (session !== 'again' && (await session.over) === 'over') return
      }
    } catch (error) {
      const refusal = refusalOf(error, log)
      metrics.startup(outcomeOf(refusal))
      await farewell(connection.stream, refusal && visitor.say(refusal), limits.lingerMs)
    }
  }

  const openListener = async (port: number, routes: RouteTable): Promise<Listener> => {
    const listener = await listen(
      { host: options.host, port },
      (socket) => {
        socket.on('error', (error) => log.debug({ err: error }, 'a client connection failed'))
        const connection = serve(socket, routes)
        connections.add(connection)
        connection.finally(() => connections.delete(connection))
      },
      (error) => log.error({ err: error }, 'the gateway could not accept a connection'),
    )
    listeners.add(listener)
    if (draining) listener.close()
    return listener
  }

  const shared = await openListener(options.port, options.routes)

  return {
    engine: protocol.engine,
    port: shared.port,
    async openPort(port, routes) {
      const listener = await openListener(port, routes)
      return {
        port: listener.port,
        close() {
          listeners.delete(listener)
          listener.close()
        },
      }
    },
    traffic: book.of,
    async closeSessions(instanceId, reason, role) {
      const sessions = book
        .sessions(instanceId)
        .filter((session) => role === undefined || session.user === role)
      for (const session of sessions) session.end(new Refusal('ended', reason))
      await Promise.allSettled(sessions.map((session) => session.over))
    },
    async drain(graceMs) {
      draining ??= new Refusal('unavailable', 'the database gateway is shutting down', 'Connect again.')
      for (const listener of listeners) listener.close()
      for (const startup of startups) startup.abort(draining)
      const goodbye = new Refusal('ended', 'the gateway is shutting down')
      for (const session of book.all()) session.endWhenIdle(goodbye)
      const grace = setTimeout(() => {
        for (const session of book.all()) session.end(goodbye)
      }, graceMs)
      await Promise.allSettled(connections)
      clearTimeout(grace)
    },
  }
}

/** More clients are beginning than there are places for. */
class Overload extends Refusal {}

function outcomeOf(refusal: Refusal | undefined): StartupOutcome {
  if (refusal === undefined) return 'client_gone'
  return refusal instanceof Overload ? 'overload' : (outcomes[refusal.kind] ?? 'refused')
}

/** An unknown user reads the same as a wrong password. */
function routeOf({ user }: Opening, routes: RouteTable) {
  if (user === undefined) {
    const only = routes.only()
    if (only) return only
    throw new Refusal('unknown-user', '')
  }
  const route = routes.find(user)
  if (!route) throw new Refusal('unknown-user', user)
  return { user, route }
}

/** What to tell the client; undefined when there is nobody to tell. */
function refusalOf(error: unknown, log: Logger): Refusal | undefined {
  if (error instanceof Refusal) return error
  if (error instanceof ClientGone) {
    log.debug({ err: error }, 'a client left before it had a server')
    return undefined
  }
  log.warn({ err: error }, 'a client could not be joined to its server')
  const why = error instanceof AgentFault ? `: ${error.message}` : ''
  return new Refusal('unavailable', `the database cannot be reached now${why}`, 'Try again in a moment.')
}
