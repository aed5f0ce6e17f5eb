import { createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { AgentFault } from '../fault.ts'
import type { TlsSource } from '../tls/tls-source.ts'
import { createAdmission } from './admission.ts'
import { createCancelKeys, sendCancel } from './cancel-keys.ts'
import { ClientGone } from './client-gone.ts'
import { farewell } from './farewell.ts'
import { Fatal, SqlState } from './fatal.ts'
import { findRoute } from './find-route.ts'
import { defaultGatewayLimits, type GatewayLimits } from './limits.ts'
import { createGatewayMetrics, type StartupOutcome } from './metrics.ts'
import { type Connection, negotiate, type Opening } from './negotiate.ts'
import type { Gateway, RouteTable } from './route.ts'
import { type Session, startSession } from './session.ts'

export interface GatewayOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly routes: RouteTable
  readonly tls: TlsSource
  readonly log: Logger
  readonly registry: Registry
  readonly limits?: Partial<GatewayLimits>
}

interface InstanceTraffic {
  readonly sessions: Set<Session>
  lastActivity: number
}

const outcomes: Partial<Record<SqlState, StartupOutcome>> = {
  [SqlState.invalidPassword]: 'unknown_user',
  [SqlState.tooManyConnections]: 'connection_limit',
  [SqlState.cannotConnectNow]: 'unavailable',
}

/**
 * Listens for PostgreSQL clients, finds each one's server by its user name, wakes it and joins the two.
 * Authentication is between client and server; the gateway sees no password. Rejects when it cannot listen.
 */
export async function createPostgresGateway(options: GatewayOptions): Promise<Gateway> {
  const { routes, tls, log } = options
  const limits: GatewayLimits = { ...defaultGatewayLimits, ...options.limits }
  const admission = createAdmission(limits)
  const cancelKeys = createCancelKeys()
  /** Instances with sessions: how long one has had none, its server's last lease tells. */
  const instances = new Map<string, InstanceTraffic>()
  const connections = new Set<Promise<void>>()
  const startups = new Set<AbortController>()
  let draining: Fatal | undefined

  const metrics = createGatewayMetrics(options.registry, () => allSessions().length)
  const allSessions = () => [...instances.values()].flatMap((instance) => [...instance.sessions])

  const trafficOf = (instanceId: string): InstanceTraffic => {
    const known = instances.get(instanceId)
    if (known) return known
    const traffic: InstanceTraffic = { sessions: new Set(), lastActivity: 0 }
    instances.set(instanceId, traffic)
    return traffic
  }

  const open = (client: Socket, opening: Opening & { type: 'startup' }, rest: Buffer, address: string) => {
    const { user, route } = findRoute(routes, opening.parameters)
    const traffic = trafficOf(route.instanceId)
    if (traffic.sessions.size >= route.connectionLimit) {
      throw new Fatal(
        SqlState.tooManyConnections,
        `too many connections for this database (limit ${route.connectionLimit})`,
      )
    }
    const onActivity = () => {
      traffic.lastActivity = performance.now()
    }
    onActivity()
    const session = startSession({
      client,
      user,
      startup: opening.packet,
      rest,
      route,
      cancelKeys,
      limits,
      metrics,
      log,
      onActivity,
      onLoginFailed: () => admission.failed(address),
    })
    traffic.sessions.add(session)
    const remove = () => {
      traffic.sessions.delete(session)
      if (traffic.sessions.size === 0) instances.delete(route.instanceId)
    }
    session.over.then(remove, remove)
    return session
  }

  /** Has no answer: closing tells the client that the request was dealt with, whether its key was known or not. */
  const cancel = async (opening: Opening & { type: 'cancel' }) => {
    metrics.startup('cancel')
    const endpoint = cancelKeys.find(opening.key)
    if (endpoint === undefined) return
    try {
      await sendCancel(endpoint, opening.packet, AbortSignal.timeout(limits.startupMs))
    } catch (error) {
      log.debug({ err: error }, 'a cancel request did not reach its server')
    }
  }

  /** Who fails often waits for the answer. */
  const holdBack = async (address: string, signal: AbortSignal) => {
    admission.failed(address)
    await delay(admission.delayFor(address), undefined, { signal }).catch(() => {})
  }

  const begin = async (connection: Connection, address: string, leave: () => void) => {
    const startup = new AbortController()
    startups.add(startup)
    const late = new Fatal(SqlState.protocolViolation, 'no complete startup packet came in time')
    const deadline = setTimeout(() => startup.abort(late), limits.startupMs)
    try {
      const { opening, rest } = await negotiate(connection, tls, startup.signal)
      clearTimeout(deadline)
      if (opening.type === 'startup') return open(connection.stream, opening, rest, address)
      await cancel(opening)
      return undefined
    } catch (error) {
      if (error instanceof Fatal && error.code === SqlState.invalidPassword) {
        await holdBack(address, startup.signal)
      }
      throw error
    } finally {
      clearTimeout(deadline)
      startups.delete(startup)
      leave()
    }
  }

  const serve = async (socket: Socket) => {
    const connection: Connection = { stream: socket }
    const address = socket.remoteAddress ?? ''
    const place = admission.enter(address)
    try {
      if (draining) throw draining
      if (!place) throw new Fatal(SqlState.tooManyConnections, 'too many connections are starting')
      const session = await begin(connection, address, place.leave)
      if (session) await session.over
      else connection.stream.destroySoon()
    } catch (error) {
      const fatal = fatalOf(error, log)
      metrics.startup(
        fatal === undefined ? 'client_gone' : place ? (outcomes[fatal.code] ?? 'refused') : 'overload',
      )
      await farewell(connection.stream, fatal, limits.lingerMs)
    }
  }

  const listener = createServer({
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
  })
  listener.on('connection', (socket) => {
    socket.on('error', (error) => log.debug({ err: error }, 'a client connection failed'))
    const connection = serve(socket)
    connections.add(connection)
    connection.finally(() => connections.delete(connection))
  })
  const port = await listen(listener, options.host, options.port)
  listener.on('error', (error) => log.error({ err: error }, 'the gateway could not accept a connection'))

  return {
    port,
    traffic(instanceId) {
      const traffic = instances.get(instanceId)
      return { sessions: traffic?.sessions.size ?? 0, lastActivity: traffic?.lastActivity ?? 0 }
    },
    async closeSessions(instanceId, reason, role) {
      const sessions = [...(instances.get(instanceId)?.sessions ?? [])].filter(
        (session) => role === undefined || session.user === role,
      )
      for (const session of sessions) session.end(terminated(reason))
      await Promise.allSettled(sessions.map((session) => session.over))
    },
    async drain(graceMs) {
      draining ??= new Fatal(
        SqlState.cannotConnectNow,
        'the database gateway is shutting down',
        'Connect again.',
      )
      listener.close()
      for (const startup of startups) startup.abort(draining)
      const goodbye = terminated('the gateway is shutting down')
      for (const session of allSessions()) session.endWhenIdle(goodbye)
      const grace = setTimeout(() => {
        for (const session of allSessions()) session.end(goodbye)
      }, graceMs)
      await Promise.allSettled(connections)
      clearTimeout(grace)
    },
  }
}

function terminated(reason: string): Fatal {
  return new Fatal(SqlState.adminShutdown, `terminating connection due to administrator command: ${reason}`)
}

/** What to tell the client; undefined when there is nobody to tell. */
function fatalOf(error: unknown, log: Logger): Fatal | undefined {
  if (error instanceof Fatal) return error
  if (error instanceof ClientGone) {
    log.debug({ err: error }, 'a client left before it had a server')
    return undefined
  }
  log.warn({ err: error }, 'a client could not be joined to its server')
  const why = error instanceof AgentFault ? `: ${error.message}` : ''
  return new Fatal(
    SqlState.cannotConnectNow,
    `the database cannot be reached now${why}`,
    'Try again in a moment.',
  )
}

function listen(listener: ReturnType<typeof createServer>, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject)
    listener.listen({ host, port, backlog: 1024 }, () => {
      listener.off('error', reject)
      const address = listener.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
