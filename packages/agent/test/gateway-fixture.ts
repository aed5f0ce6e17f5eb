import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import pg from 'pg'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import type { Endpoint } from '../src/engines/engine.ts'
import { createGateway } from '../src/gateway/gateway.ts'
import type { GatewayLimits } from '../src/gateway/limits.ts'
import { createGatewayMetrics } from '../src/gateway/metrics.ts'
import { createPostgresProtocol } from '../src/gateway/postgres/postgres-protocol.ts'
import type { Protocol } from '../src/gateway/protocol.ts'
import type { Gateway, Lease, RouteTable } from '../src/gateway/route.ts'
import { openTls } from '../src/tls/tls-source.ts'

export interface GatewayFixture {
  readonly gateway: Gateway
  /** What leads to the instance; a port of its own also takes clients that name no user. */
  readonly routes: RouteTable
  readonly registry: Registry
  readonly caFile: string
  /** Leases that are not released, and releases beyond the first of each. */
  readonly leases: { held: number; releasedTwice: number }
}

export interface GatewayOptions {
  endpoint: Endpoint
  /** PostgreSQL's without one. */
  protocol?: Protocol
  connectionLimit?: number
  tlsRequired?: boolean
  limits?: Partial<GatewayLimits>
  /** Stands before each lease: what it throws is what waking threw. */
  wake?: (signal: AbortSignal) => Promise<void>
}

/** A gateway before one server, whose user is `tenant` and whose instance is `one`. */
export async function startGateway(t: TestContext, options: GatewayOptions): Promise<GatewayFixture> {
  const directory = mkdtempSync(join(tmpdir(), 'croft-gateway-'))
  const log = pino({ level: 'silent' })
  const tls = await openTls({ directory, hostNames: [], log })
  const registry = new Registry()
  const leases = { held: 0, releasedTwice: 0 }
  const lease = (): Lease => {
    let released = false
    leases.held += 1
    return {
      endpoint: options.endpoint,
      release() {
        if (released) leases.releasedTwice += 1
        else leases.held -= 1
        released = true
      },
    }
  }
  const route = {
    instanceId: 'one',
    connectionLimit: options.connectionLimit ?? 220,
    tlsRequired: options.tlsRequired ?? false,
    async acquire(signal: AbortSignal) {
      await options.wake?.(signal)
      return lease()
    },
  }
  const routes: RouteTable = {
    find: (user) => (user === 'tenant' ? route : undefined),
    only: () => ({ user: 'tenant', route }),
  }
  const gateway = await createGateway({
    protocol: options.protocol ?? createPostgresProtocol(log),
    host: '127.0.0.1',
    port: 0,
    routes: { ...routes, only: () => undefined },
    tls,
    log,
    metrics: createGatewayMetrics(registry),
    limits: { lingerMs: 500, ...options.limits },
  })
  t.after(async () => {
    await gateway.drain(0)
    tls.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return { gateway, routes, registry, caFile: join(directory, 'ca.crt'), leases }
}

/** A client that is closed after the test, and whose lost connection is no failure of the test by itself. */
export async function login(
  t: TestContext,
  gateway: Gateway,
  options: Partial<pg.ClientConfig> = {},
): Promise<pg.Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: gateway.port,
    user: 'tenant',
    password: 'correct horse',
    database: 'postgres',
    ...options,
  })
  client.on('error', () => {})
  t.after(() => client.end())
  await client.connect()
  return client
}

/** A bare connection to the gateway, with all it has said so far. */
export async function dialGateway(
  t: TestContext,
  gateway: { readonly port: number },
): Promise<{ socket: Socket; said: () => Buffer; closed: Promise<void> }> {
  const socket = connect({ host: '127.0.0.1', port: gateway.port })
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  t.after(() => socket.destroy())
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return { socket, said: () => Buffer.concat(chunks), closed }
}

/** The StartupMessage of protocol 3.0. */
export function startupMessage(parameters: Record<string, string>): Buffer {
  const text = Object.entries(parameters).flat()
  const body = Buffer.from(`${text.map((part) => `${part}\0`).join('')}\0`)
  const head = Buffer.alloc(8)
  head.writeInt32BE(body.length + 8, 0)
  head.writeInt32BE(196_608, 4)
  return Buffer.concat([head, body])
}

/** Resolves when `condition` holds; rejects after 10 s, so that a test ends. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('waited 10 s in vain')
}
