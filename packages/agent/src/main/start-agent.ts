import { randomUUID } from 'node:crypto'
import { chmod, rmdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { GatewayAddress, Hello, Resources, Settings } from '@croft/protocol'
import { PROTOCOL_VERSION } from '@croft/protocol'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import packageJson from '../../package.json' with { type: 'json' }
import { createArchiveShare } from '../archive/archive-share.ts'
import { registerArchiveMetrics } from '../archive/metrics.ts'
import { readBackup } from '../backups/read-backup.ts'
import { openTarget } from '../backups/targets/open-target.ts'
import { createEngines, enginesDirectory } from '../engines/registry.ts'
import { watchEngines } from '../engines/watch-engines.ts'
import { AgentFault } from '../fault.ts'
import { createGatewayMetrics } from '../gateway/metrics.ts'
import { createOwnPorts } from '../gateway/own-ports.ts'
import { type Cgroups, openCgroups } from '../host/cgroups.ts'
import { findRunAs } from '../host/run-as.ts'
import { runtimeDirectory } from '../host/runtime-directory.ts'
import { storageRoot } from '../host/storage-root.ts'
import { systemClock } from '../instances/clock.ts'
import { makeDirectory } from '../instances/durable-file.ts'
import type { Host } from '../instances/host.ts'
import { createInstances } from '../instances/instances.ts'
import { createLimiter } from '../instances/limiter.ts'
import { recover } from '../instances/recover.ts'
import { createSlots } from '../instances/slots.ts'
import { within } from '../instances/within.ts'
import { agentId } from '../link/agent-id.ts'
import { createLink } from '../link/link.ts'
import { createOutbox } from '../link/outbox.ts'
import { runTask } from '../tasks/run-task.ts'
import { removeSpooled, tidySpooled } from '../tasks/spooled-backups.ts'
import { createTaskFiles } from '../tasks/task-file.ts'
import { createTasks } from '../tasks/tasks.ts'
import { sslmodeFor } from '../tls/sslmode.ts'
import { openTls } from '../tls/tls-source.ts'
import { sampleUsage } from '../usage/sample-usage.ts'
import { joinPools } from '../warm-pool/join-pools.ts'
import { createWarmPool } from '../warm-pool/warm-pool.ts'
import { createGateways } from './gateways.ts'
import { takeLock } from './lock.ts'
import { serveMetrics } from './metrics-server.ts'
import { openGateways } from './open-gateways.ts'

/** The engine whose warm pool is full before anybody has asked; those of others hold one of each after that. */
const MAIN_ENGINE = 'postgres'
/** The smallest size, until the first databases show what is usual here. */
const NANO: Resources = {
  size: 'nano',
  memoryMb: 256,
  settings: {
    shared_buffers: '8MB',
    work_mem: '2MB',
    maintenance_work_mem: '32MB',
    effective_cache_size: '128MB',
    max_connections: '60',
  },
}
const SAMPLE_MS = 60_000
/** Starts at one time: each is busy for some 50 ms, mostly with the disk. */
const STARTS = 4
/** A start that recovers after a crash may take minutes: the others go on without it, in ms. */
const START_PATIENCE_MS = 3000
/** Whoever is told that the agent runs finds it at the control plane, if that answers within so long, in ms. */
const JOIN_PATIENCE_MS = 2000
/** What a stop gives its parts, in ms: sessions, then servers, those that hang, and the last report. */
const STOP_MS = { sessions: 1500, drain: 2500, servers: 3500, hung: 1500, report: 800 }

export interface AgentSettings {
  readonly settings: Settings
  readonly serverUrl: string
  readonly token: string
}

export interface Agent {
  readonly gateways: readonly GatewayAddress[]
  /** Ends sessions, servers and the link, within about 8 seconds. */
  close(): Promise<void>
}

/** Constructs the agent of one host and lets it begin. Throws `Locked`, `AgentFault`, or when it cannot listen. */
export async function startAgent({ settings, serverUrl, token }: AgentSettings, log: Logger): Promise<Agent> {
  const clock = systemClock
  const dataDirectory = resolve(settings.CROFT_DATA_DIR)
  const agentDirectory = join(dataDirectory, 'agent')
  await makeDirectory(agentDirectory)
  const unlock = await takeLock(join(agentDirectory, 'lock'))

  const runAs = await findRunAs(settings.CROFT_RUN_AS)
  const root = await storageRoot({ dataDirectory, runAs })
  const runtime = await runtimeDirectory({ dataDirectory, runAs })
  const instancesDirectory = join(root, 'instances')
  const filesDirectory = join(root, 'data')
  await makeDirectory(instancesDirectory)
  await makeDirectory(filesDirectory)
  // The user that servers run as has to get through to its own directories.
  await chmod(filesDirectory, 0o711)

  const installedEngines = enginesDirectory(root, settings.CROFT_ENGINES_DIR)
  const engines = createEngines({
    storageRoot: root,
    enginesDirectory: installedEngines,
    runAs,
    log,
    archiveReserveMb: settings.CROFT_ARCHIVE_RESERVE_MB,
  })
  const engine = (name: string) => {
    const found = engines.get(name)
    if (!found) throw new AgentFault('engine-not-installed', `This agent has no engine "${name}".`)
    return found
  }
  const slots = createSlots(filesDirectory, runtime)
  const recovered = await recover({ instancesDirectory, slots, engines: [...engines.values()], log })

  const outbox = createOutbox()
  const gateways = createGateways()
  const pool = joinPools(
    [...engines.values()].map((one) => {
      const all = { engine: one, slots, clock, log }
      const servers = settings.CROFT_WARM_SERVERS
      const directories = settings.CROFT_WARM_DIRECTORIES
      if (one.name === MAIN_ENGINE) return createWarmPool({ ...all, servers, directories, resources: NANO })
      return createWarmPool({ ...all, servers: Math.min(servers, 1), directories: Math.min(directories, 1) })
    }),
  )
  const backupsDirectory = join(dataDirectory, 'backups')
  const spoolDirectory = join(dataDirectory, 'spool')
  const archives = createArchiveShare(clock, (target) => openTarget(target, backupsDirectory))
  const host: Host = {
    clock,
    log,
    slots,
    pool,
    sessions: gateways,
    cgroups: await findCgroups(log),
    ports: createOwnPorts({ range: settings.CROFT_DATABASE_PORTS, gateway: gateways.find }),
    starts: createLimiter(STARTS, { clock, patienceMs: START_PATIENCE_MS }),
    engine,
    async openBackup(origin, engineName, version, signal) {
      const store = openTarget(origin.target, backupsDirectory)
      const key = origin.encryptionKey === undefined ? {} : { encryptionKey: origin.encryptionKey }
      return await readBackup(store, origin.key, { engine: engineName, version, ...key }, signal)
    },
    openStore: (target) => openTarget(target, backupsDirectory),
    archives,
    flushArchive: (instanceId, signal) => instances.flushArchive(instanceId, signal),
    chainEnd: (instanceId, chain) => instances.chainEnd(instanceId, chain),
    tell: {
      observed: outbox.observed,
      usage: outbox.usage,
      event(kind, instanceId, detail) {
        log.info({ instance: instanceId, kind, ...detail }, kind)
        outbox.event({ id: randomUUID(), at: new Date().toISOString(), kind, instanceId, detail })
      },
    },
  }
  const instances = createInstances(host, instancesDirectory)
  const taskFiles = createTaskFiles(join(agentDirectory, 'tasks'))
  const tasks = createTasks({
    files: taskFiles,
    log,
    tell: outbox.task,
    onFailed: (task) => removeSpooled(spoolDirectory, task),
    run: (task, onProgress, signal) =>
      runTask({
        task,
        host,
        backupsDirectory,
        spoolDirectory,
        findInstance: instances.find,
        onProgress,
        signal,
      }),
  })

  const tls = await openTls({
    directory: join(dataDirectory, 'tls'),
    hostNames: [settings.CROFT_GATEWAY_HOST ?? settings.CROFT_HOST],
    ...(settings.CROFT_TLS_CERT && settings.CROFT_TLS_KEY
      ? { files: { certificate: settings.CROFT_TLS_CERT, key: settings.CROFT_TLS_KEY } }
      : {}),
    log,
  })
  const registry = new Registry()
  registerArchiveMetrics(registry, archives.figures, () =>
    [...instances.all()].flatMap(({ archiveLag }) => archiveLag ?? []),
  )
  const metricsPort = settings.CROFT_AGENT_METRICS_PORT
  const metrics =
    metricsPort === undefined ? null : await serveMetrics(settings.CROFT_HOST, metricsPort, registry)
  const gatewayMetrics = createGatewayMetrics(registry)
  await openGateways({ settings, gateways, routes: instances.routes, tls, log, metrics: gatewayMetrics })
  pool.begin()
  const advertised = settings.CROFT_GATEWAY_HOST ?? dialable(settings.CROFT_HOST)
  const addresses: GatewayAddress[] = gateways
    .all()
    .map(({ engine, port }) => ({ engine, host: advertised, port, sslmode: sslmodeFor(advertised) }))

  instances.load(recovered)
  await tidySpooled(spoolDirectory, taskFiles)
  await tasks.load()
  const stopSampling = sampleUsage({ instances: instances.all, everyMs: SAMPLE_MS, clock, log })
  const id = await agentId(agentDirectory)
  const versions = async () => (await Promise.all([...engines.values()].map((one) => one.versions()))).flat()
  const link = createLink({
    serverUrl,
    token,
    outbox,
    log,
    async hello(): Promise<Hello> {
      return {
        type: 'hello',
        protocol: PROTOCOL_VERSION,
        agentId: id,
        hostname: hostname(),
        agentVersion: packageJson.version,
        engines: await versions(),
        gateways: addresses,
        observed: instances.observed(),
        tasks: tasks.reports(),
      }
    },
    handlers: {
      onDesired: instances.apply,
      onTasks: (message) => message.tasks.forEach(tasks.submit),
    },
  })
  const stopWatching = await watchEngines({
    directory: installedEngines,
    log,
    onChange: async () => link.tellEngines(await versions()),
  })
  await within(clock, JOIN_PATIENCE_MS, link.joined)
  log.info(
    {
      instances: recovered.states.length,
      reaped: recovered.reaped,
      ports: Object.fromEntries(gateways.all().map(({ engine, port }) => [engine, port])),
    },
    'the agent runs',
  )

  return {
    gateways: addresses,
    async close() {
      stopSampling()
      stopWatching()
      metrics?.close()
      // A task may wait for a disk that does not answer; the next start goes on with it.
      await within(clock, STOP_MS.drain, Promise.all([gateways.drain(STOP_MS.sessions), tasks.close()]))
      await within(clock, STOP_MS.servers, Promise.all([instances.close('orderly'), pool.close()]))
      await within(clock, STOP_MS.hung, instances.close('at-once'))
      await link.close(STOP_MS.report)
      tls.close()
      await slots.closeRuntimes()
      // The metadata's socket may lie there too; then it stays.
      await rmdir(runtime).catch(() => {})
      await unlock()
    },
  }
}

/** Servers of a killed agent have been stopped; their groups go now. */
async function findCgroups(log: Logger): Promise<Cgroups | null> {
  try {
    const cgroups = await openCgroups(log)
    await cgroups.clear()
    log.info('each server gets a cgroup of its own, with its memory and processors')
    return cgroups
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log.info({ reason }, 'servers are limited by their own settings only')
    return null
  }
}

/** An address that stands for all of them is none to dial. */
function dialable(host: string): string {
  return host === '0.0.0.0' || host === '::' ? hostname() : host
}
