import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** How a connection's beginning went. */
export type StartupOutcome =
  | 'ready'
  /** It came for something else than a session: a cancel request, a goodbye. */
  | 'other'
  | 'login_failed'
  | 'unknown_user'
  | 'connection_limit'
  | 'unavailable'
  | 'refused'
  | 'overload'
  | 'client_gone'

/** Counters of one engine's gateway. The byte totals are plain numbers: they are touched by every chunk. */
export interface EngineMetrics {
  readonly bytes: { fromClients: number; toClients: number }
  startup(outcome: StartupOutcome): void
  wakeWaited(seconds: number): void
}

/** The figures of all gateways of a host. */
export interface GatewayMetrics {
  /** Those of one engine; `sessions` is asked when they are read. */
  of(engine: string, sessions: () => number): EngineMetrics
}

interface Totals {
  readonly bytes: { fromClients: number; toClients: number }
  readonly counted: { fromClients: number; toClients: number }
  sessions(): number
}

/** Registers the gateways' metrics. No label names a tenant, so their number is bounded. */
export function createGatewayMetrics(registry: Registry): GatewayMetrics {
  const registers = [registry]
  const engines = new Map<string, Totals>()

  new Gauge({
    name: 'croft_gateway_sessions',
    help: 'Client sessions of a gateway, those that wait for a server included.',
    labelNames: ['engine'],
    registers,
    collect() {
      for (const [engine, { sessions }] of engines) this.set({ engine }, sessions())
    },
  })
  new Counter({
    name: 'croft_gateway_bytes_total',
    help: 'Bytes copied between clients and servers.',
    labelNames: ['engine', 'direction'],
    registers,
    collect() {
      for (const [engine, { bytes, counted }] of engines) {
        this.inc({ engine, direction: 'from_clients' }, bytes.fromClients - counted.fromClients)
        this.inc({ engine, direction: 'to_clients' }, bytes.toClients - counted.toClients)
        Object.assign(counted, bytes)
      }
    },
  })
  const startups = new Counter({
    name: 'croft_gateway_startups_total',
    help: 'Connections by how their beginning went.',
    labelNames: ['engine', 'outcome'],
    registers,
  })
  const wakes = new Histogram({
    name: 'croft_gateway_server_wait_seconds',
    help: 'How long clients waited until their server was awake and connected.',
    labelNames: ['engine'],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
    registers,
  })
  return {
    of(engine, sessions) {
      const bytes = { fromClients: 0, toClients: 0 }
      engines.set(engine, { bytes, counted: { ...bytes }, sessions })
      return {
        bytes,
        startup: (outcome) => startups.inc({ engine, outcome }),
        wakeWaited: (seconds) => wakes.observe({ engine }, seconds),
      }
    },
  }
}
