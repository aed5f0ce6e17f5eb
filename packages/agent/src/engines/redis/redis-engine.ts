import { rm } from 'node:fs/promises'
import type { RunAs } from '../../host/run-as.ts'
import { createDebianPrograms } from '../debian/debian-programs.ts'
import type { Engine } from '../engine.ts'
import { lineageOf } from '../lineage.ts'
import { clearDirectory } from '../server-lock.ts'
import { makeDataDirectory } from './data-directory.ts'
import { redisPackages } from './programs.ts'
import { restoreData } from './restore-data.ts'
import { createServer } from './server.ts'
import { redisServer } from './server-kind.ts'
import { checkRedisSettings } from './settings.ts'
import { startServer } from './start-server.ts'

export interface RedisEngineOptions {
  readonly enginesDirectory: string
  readonly runAs: RunAs | null
}

/** Sessions of a server whose size does not say. */
const usualClients = 100

/** One dedicated Redis server for each data directory, on a unix socket only. */
export function createRedisEngine({ enginesDirectory, runAs }: RedisEngineOptions): Engine {
  const programs = createDebianPrograms({ set: redisPackages, enginesDirectory, runAs })
  return {
    name: redisPackages.name,
    get defaultVersion() {
      return programs.defaultVersion
    },
    capabilities: { physicalCopy: true, warmStart: true, archive: false },
    versions: programs.versions,
    install: programs.install,
    async initialize(version, directory) {
      await programs.find(version)
      await makeDataDirectory(directory, runAs)
    },
    async restore(version, data, directory, signal) {
      await programs.find(version)
      await rm(directory, { recursive: true, force: true })
      await restoreData(data, directory, runAs, signal)
    },
    async start({ version, directory, runtimeDirectory, resources, scratch = false, log }) {
      const { settings, memoryMb } = resources
      checkRedisSettings(settings)
      const found = await programs.find(version)
      const maxClients = Number(settings.maxclients ?? usualClients)
      const place = { programs: found, directory, runtimeDirectory, scratch, runAs, log }
      const started = await startServer({
        ...place,
        settings: { maxmemory: halfOf(memoryMb), ...settings },
        maxClients,
      })
      const lineage = await lineageOf(directory, runAs)
      return createServer({ ...place, started, lineage, maxClients })
    },
    reap: (directory) => clearDirectory(directory, redisServer),
  }
}

/** The other half is for a copy, which needs a second page of each that is written to meanwhile. */
function halfOf(memoryMb: number): string {
  return `${Math.max(1, Math.floor(memoryMb / 2))}mb`
}
