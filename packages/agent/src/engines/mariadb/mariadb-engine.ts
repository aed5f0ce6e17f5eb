import { dirname } from 'node:path'
import type { Logger } from 'pino'
import { createFlush } from '../../host/flush-file-system.ts'
import type { RunAs } from '../../host/run-as.ts'
import { copyTemplate } from '../copy-template.ts'
import { createDebianPrograms } from '../debian/debian-programs.ts'
import type { Engine } from '../engine.ts'
import { lineageOf } from '../lineage.ts'
import { remember } from '../remember.ts'
import { clearDirectory } from '../server-lock.ts'
import { completePrograms, mariadbPackages } from './programs.ts'
import { restoreData } from './restore-data.ts'
import { createServer } from './server.ts'
import { mariadbServer } from './server-kind.ts'
import { checkMariadbSettings } from './settings.ts'
import { startServer } from './start-server.ts'
import { ensureTemplate } from './template.ts'

export interface MariadbEngineOptions {
  /** Where binaries go that are not the system's. */
  readonly enginesDirectory: string
  /** Where the initialized data directories lie that new ones are copies of. */
  readonly templatesDirectory: string
  readonly runAs: RunAs | null
  readonly log: Logger
}

/** One dedicated MariaDB server for each data directory, on a unix socket only. */
export function createMariadbEngine(options: MariadbEngineOptions): Engine {
  const { enginesDirectory, templatesDirectory, runAs, log } = options
  const flush = createFlush((error) =>
    log.warn({ err: error }, 'new data directories could not be flushed to disk'),
  )
  const packages = createDebianPrograms({ set: mariadbPackages, enginesDirectory, runAs })
  const programsOf = async (version: string) => completePrograms(await packages.find(version))
  const template = remember(async (version) =>
    ensureTemplate(await programsOf(version), templatesDirectory, runAs),
  )
  return {
    name: 'mariadb',
    get defaultVersion() {
      return packages.defaultVersion
    },
    capabilities: { physicalCopy: true, warmStart: true, archive: false },
    versions: packages.versions,
    install: packages.install,
    async initialize(version, directory) {
      await copyTemplate(await template(version), directory, runAs)
      // MariaDB syncs what it writes, and never the files of the copy that stay as they are.
      flush(dirname(directory))
    },
    async restore(version, data, directory, signal) {
      await restoreData(await programsOf(version), data, directory, runAs, signal)
    },
    async start({ version, directory, runtimeDirectory, resources, scratch = false, log }) {
      const { settings } = resources
      checkMariadbSettings(settings)
      const programs = await programsOf(version)
      const maxConnections = Number(settings.max_connections ?? 60)
      const places = { directory, runtimeDirectory }
      const common = { ...places, programs, maxConnections, runAs, log }
      const started = await startServer({ ...common, settings, scratch })
      return createServer({ ...common, started, lineage: await lineageOf(directory, runAs) })
    },
    reap: (directory) => clearDirectory(directory, mariadbServer),
  }
}
