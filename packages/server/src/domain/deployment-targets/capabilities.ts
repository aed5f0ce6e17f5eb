import type { EngineOnHost } from '@croft/protocol'
import { CroftError } from '../../platform/errors/index.ts'

/** All that a target can be asked for, by Portworx' names: data services, and parts of its operator. */
export const CAPABILITIES = [
  ...['backup', 'capabilities', 'cassandra', 'cockroachdb', 'consul', 'couchbase', 'crd_reporting'],
  ...[
    'data_service_tls',
    'database',
    'elasticsearch',
    'event_reporting',
    'kafka',
    'mongodb',
    'mysql',
    'neo4j',
  ],
  ...['postgresql', 'rabbitmq', 'redis', 'restore', 'sqlserver', 'storage_size_increase', 'zookeeper'],
] as const

/** The version of each capability; empty where the target has none of it. */
export type Capabilities = Readonly<Record<string, string>>

/** Engines by the names that capabilities have. */
const SERVICES = { postgres: 'postgresql', mariadb: 'mysql', redis: 'redis' } as const

/** What a target needs to run an engine. */
export const capabilityOf = (engine: keyof typeof SERVICES): string => SERVICES[engine]
const isService = (engine: string): engine is keyof typeof SERVICES => Object.hasOwn(SERVICES, engine)

/** What an agent of ours does on any host. Hosts have no custom resources to report of. */
const OF_HOSTS: Capabilities = {
  ...{ backup: 'v2', capabilities: 'v1', data_service_tls: 'v1', database: 'v1' },
  ...{ event_reporting: 'v1', restore: 'v1', storage_size_increase: 'v1' },
}

const NONE: Capabilities = Object.fromEntries(CAPABILITIES.map((name) => [name, '']))

/** What a host can, by the engines that are installed there. */
export function hostCapabilities(engines: readonly EngineOnHost[]): Capabilities {
  const installed = engines.flatMap(({ engine, installed }) => {
    return installed && isService(engine) ? [[capabilityOf(engine), 'v2']] : []
  })
  return { ...NONE, ...OF_HOSTS, ...Object.fromEntries(installed) }
}

/** A version as Go's semver package takes it: `v1`, `v1.2`, `v1.2.3-rc.1+build`. */
const SEMVER =
  /^v(0|[1-9]\d*)(\.(0|[1-9]\d*)(\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?)?)?$/

/** The whole set of what was reported; what was left out the target has not. Throws `invalid-input`. */
export function readCapabilities(reported: Readonly<Record<string, unknown>>): Capabilities {
  const given = CAPABILITIES.map((name) => [name, reported[name] ?? ''] as const)
  const wrong = given.filter(
    ([, version]) => typeof version !== 'string' || !(version === '' || SEMVER.test(version)),
  )
  if (wrong.length > 0) {
    const message = 'must be a version such as v1, or empty'
    throw new CroftError('invalid-input', 'A capability is given by its version, such as v1.', {
      fields: wrong.map(([name]) => ({ path: `/${name}`, message })),
    })
  }
  return Object.fromEntries(given.map(([name, version]) => [name, String(version)]))
}

/** What was stored of a target that reports; nothing before its first report. */
export const storedCapabilities = (stored: Readonly<Record<string, unknown>> | null): Capabilities =>
  Object.fromEntries(CAPABILITIES.map((name) => [name, String(stored?.[name] ?? '')]))
