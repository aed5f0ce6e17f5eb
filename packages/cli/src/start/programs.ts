import { isRecord } from '../record.ts'
import type { ChildSettings } from '../settings/child-settings.ts'
import { GATEWAY_ENGINES, type GatewayEndpoint, type Gateways, readBootstrap } from './bootstrap-file.ts'
import type { Program } from './program.ts'
import { SCRIPTS } from './scripts.ts'

// Lets a process collect its garbage once, when it has started.
const COLLECTS_AFTER_START = '--expose-gc'
// V8 lets what it made lately grow to 48 MB before it looks for garbage; the agent is mostly idle and makes little.
const SMALL_YOUNG_GENERATION = '--max-semi-space-size=2'

export interface MetadataReady {
  readonly socket: string
}
export interface ServerReady {
  readonly url: string
  readonly bootstrap: string
  /** Where it listens on this host, which a public URL doesn't say. */
  readonly port: number | null
}
export interface AgentReady {
  readonly gateways: readonly (GatewayEndpoint & { readonly engine: string })[]
}

function parseMetadata(message: unknown): MetadataReady | null {
  return isRecord(message) && typeof message.socket === 'string' ? { socket: message.socket } : null
}

function parseServer(message: unknown): ServerReady | null {
  if (!isRecord(message) || message.type !== 'ready') return null
  const { url, bootstrap, port } = message
  if (typeof url !== 'string' || typeof bootstrap !== 'string') return null
  return { url, bootstrap, port: typeof port === 'number' ? port : null }
}

function parseAgent(message: unknown): AgentReady | null {
  if (!isRecord(message) || message.type !== 'ready' || !Array.isArray(message.gateways)) return null
  const gateways = message.gateways.flatMap((gateway: unknown) =>
    isRecord(gateway) &&
    typeof gateway.engine === 'string' &&
    typeof gateway.host === 'string' &&
    typeof gateway.port === 'number'
      ? [{ engine: gateway.engine, host: gateway.host, port: gateway.port }]
      : [],
  )
  return { gateways }
}

export function metadataProgram(settings: ChildSettings): Program<MetadataReady> {
  return {
    name: 'metadata',
    channel: 'stdout',
    invocation: () => ({
      args: [SCRIPTS.metadata],
      env: settings.environment(['CROFT_DATA_DIR', 'CROFT_RUN_AS', 'CROFT_LOG_LEVEL'], {}),
    }),
    parseReady: parseMetadata,
    stopSignal: 'SIGINT',
    killSignal: 'SIGQUIT',
  }
}

/** The ports that the gateways had before. */
function portSettings(gateways: Gateways | null): Record<string, string> {
  return Object.fromEntries(
    GATEWAY_ENGINES.flatMap((engine) => {
      const port = gateways?.[engine]?.port
      return port === undefined ? [] : [[`CROFT_${engine.toUpperCase()}_PORT`, String(port)]]
    }),
  )
}

/** `databaseUrl` and `port` are asked at each start: both are known only after others have run. */
export function serverProgram(
  settings: ChildSettings,
  known: { databaseUrl(): string; port(): number | null },
): Program<ServerReady> {
  return {
    name: 'server',
    channel: 'ipc',
    invocation() {
      const port = known.port()
      return {
        args: [COLLECTS_AFTER_START, SCRIPTS.server, '--bootstrap'],
        env: settings.environment('all', {
          CROFT_DATABASE_URL: known.databaseUrl(),
          ...(port === null ? {} : { CROFT_PORT: String(port) }),
        }),
      }
    },
    parseReady: parseServer,
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
  }
}

export function agentProgram(
  settings: ChildSettings,
  known: { serverUrl(): string; bootstrapPath(): string; gateways(): Gateways | null },
): Program<AgentReady> {
  return {
    name: 'agent',
    channel: 'ipc',
    invocation() {
      const gateways = known.gateways()
      const token = readBootstrap(known.bootstrapPath()).agentToken
      if (token === null) throw new Error(`${known.bootstrapPath()} has no agentToken for the local agent`)
      return {
        args: [COLLECTS_AFTER_START, SMALL_YOUNG_GENERATION, SCRIPTS.agent],
        env: settings.environment('all', {
          CROFT_SERVER_URL: known.serverUrl(),
          CROFT_AGENT_TOKEN: token,
          // The agent has no business with the metadata or the key ring.
          CROFT_DATABASE_URL: undefined,
          CROFT_KEYS_FILE: undefined,
          ...portSettings(gateways),
        }),
      }
    },
    parseReady: parseAgent,
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
  }
}
