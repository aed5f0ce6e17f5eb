import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** How a connection's beginning went. */
export type StartupOutcome =
  | 'ready'
  | 'cancel'
  | 'login_failed'
  | 'unknown_user'
  | 'connection_limit'
  | 'unavailable'
  | 'refused'
  | 'overload'
  | 'client_gone'

/** Counters of a gateway. The byte totals are plain numbers: they are touched by every chunk. */
export interface GatewayMetrics {
  readonly bytes: { fromClients: number; toClients: number }
  startup(outcome: StartupOutcome): void
  wakeWaited(seconds: number): void
}

/** Registers a gateway's metrics. No label names a tenant, so their number is bounded. */
export function createGatewayMetrics(registry: Registry, sessions: () => number): GatewayMetrics {
  const registers = [registry]
  const bytes = { fromClients: 0, toClients: 0 }
  const counted = { fromClients: 0, toClients: 0 }

  new Gauge({
    name: 'croft_gateway_sessions',
    help: 'Client sessions of the PostgreSQL gateway, those that wait for a server included.',
    registers,
    collect() {
      this.set(sessions())
    },
  })
  new Counter({
    name: 'croft_gateway_bytes_total',
    help: 'Bytes copied between clients and servers.',
    labelNames: ['direction'],
    registers,
    collect() {
      this.inc({ direction: 'from_clients' }, bytes.fromClients - counted.fromClients)
      this.inc({ direction: 'to_clients' }, bytes.toClients - counted.toClients)
      Object.assign(counted, bytes)
    },
  })
  const startups = new Counter({
    name: 'croft_gateway_startups_total',
    help: 'Connections by how their beginning went.',
    labelNames: ['outcome'],
    registers,
  })
  const wakes = new Histogram({
    name: 'croft_gateway_server_wait_seconds',
    help: 'How long clients waited until their server was awake and connected.',
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
    registers,
  })
  return {
    bytes,
    startup: (outcome) => startups.inc({ outcome }),
    wakeWaited: (seconds) => wakes.observe(seconds),
  }
}
