import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import { createFlush } from '../../host/flush-file-system.ts'
import type { RunAs } from '../../host/run-as.ts'
import { copyTemplate } from '../copy-template.ts'
import type { Engine } from '../engine.ts'
import { lineageOf, writeLineage } from '../lineage.ts'
import { remember } from '../remember.ts'
import { clearDirectory } from '../server-lock.ts'
import { agentDatabase, agentRole, tenantAccess } from './access.ts'
import { findBinaries, isInstalled } from './binaries.ts'
import { applyIncrement } from './incremental/apply-increment.ts'
import { settingsOfTracking } from './incremental/track-changes.ts'
import { openInitialCopy } from './initial-copy.ts'
import { installVersion } from './install-version.ts'
import { prepareRecovery } from './recovery/prepare-recovery.ts'
import { startRecovered } from './recovery/start-recovered.ts'
import { createReflink } from './reflink.ts'
import { restoreData } from './restore-data.ts'
import { createServer } from './server.ts'
import { postgresServer } from './server-kind.ts'
import { checkSettings } from './settings.ts'
import { ensureTemplate } from './template.ts'
import { bundledVersion, versions } from './versions.ts'

export interface PostgresEngineOptions {
  /** Where binaries go that did not come with Croft. The run-as user has to be able to get there. */
  readonly enginesDirectory: string
  /** Where the initialized data directories lie that new ones are copies of. Likewise. */
  readonly templatesDirectory: string
  readonly runAs: RunAs | null
  readonly log: Logger
  /** Disk each server may take for changes that are not archived yet, in MB. */
  readonly archiveReserveMb: number
}

/** One dedicated PostgreSQL server for each data directory, on a unix socket only. */
export function createPostgresEngine(options: PostgresEngineOptions): Engine {
  const { enginesDirectory, runAs, log, archiveReserveMb } = options
  const flush = createFlush((error) =>
    log.warn({ err: error }, 'new data directories could not be flushed to disk'),
  )
  const binaries = remember((version) => findBinaries(version, enginesDirectory, runAs))
  const template = remember(async (version) =>
    ensureTemplate({ ...options, binaries: await binaries(version) }),
  )
  const reflink = createReflink({ owner: runAs })
  return {
    name: 'postgres',
    defaultVersion: bundledVersion,
    capabilities: { physicalCopy: true, warmStart: true, archive: true },
    versions: () =>
      Promise.all(
        versions.map(async (version) => ({
          engine: 'postgres',
          version,
          installed: await isInstalled(version, enginesDirectory),
        })),
      ),
    install: (version, progress) => installVersion(version ?? bundledVersion, enginesDirectory, progress),
    async initialize(version, directory) {
      await copyTemplate(await template(version), directory, runAs)
      // PostgreSQL syncs what it writes, and never the files of the copy that stay as they are.
      flush(dirname(directory))
    },
    async restore(version, data, directory, signal) {
      await binaries(version)
      await rm(directory, { recursive: true, force: true })
      await restoreData(data, directory, runAs, signal)
      await writeLineage(directory, runAs)
    },
    async restoreIncrement(version, data, directory, signal) {
      await binaries(version)
      await applyIncrement(data, directory, runAs, signal)
      await writeLineage(directory, runAs)
    },
    prepareRecovery: (recovery) => prepareRecovery(recovery, runAs),
    reflink: (server, directory, signal) => reflink.copy(server, directory, signal),
    openInitial: async (version) => openInitialCopy(await template(version)),
    async start({ version, directory, runtimeDirectory, resources, scratch, log }) {
      const { settings } = resources
      checkSettings(settings)
      const lineage = await lineageOf(directory, runAs)
      const programs = await binaries(version)
      const { major } = programs
      const started = await startRecovered({
        binaries: programs,
        directory,
        socketDirectory: runtimeDirectory,
        settings: {
          ...settings,
          max_slot_wal_keep_size: `${archiveReserveMb}MB`,
          ...(scratch ? scratchSettings : await settingsOfTracking(directory, major)),
        },
        access: tenantAccess,
        user: agentRole,
        database: agentDatabase,
        runAs,
        log,
      })
      const server = createServer({
        ...{ started, directory, major, runAs },
        socketDirectory: runtimeDirectory,
        lineage,
        maxConnections: Number(settings.max_connections ?? 60),
        log,
      })
      reflink.know(server, { directory, socketDirectory: runtimeDirectory })
      return server
    },
    reap: (directory) => clearDirectory(directory, postgresServer),
  }
}

/** For a server that is thrown away. maintenance_work_mem is what a check of an index keeps of its table. */
const scratchSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
  shared_buffers: '32MB',
  maintenance_work_mem: '64MB',
}
