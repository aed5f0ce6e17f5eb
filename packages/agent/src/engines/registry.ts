import { join, resolve } from 'node:path'
import type { Logger } from 'pino'
import type { RunAs } from '../host/run-as.ts'
import type { Engine } from './engine.ts'
import { createMariadbEngine } from './mariadb/mariadb-engine.ts'
import { createPostgresEngine } from './postgres/postgres-engine.ts'
import { createRedisEngine } from './redis/redis-engine.ts'

export interface EngineOptions {
  /** As `host/storage-root.ts` gives it. */
  readonly storageRoot: string
  /** As `enginesDirectory` gives it; default: that of the storage root. */
  readonly enginesDirectory?: string
  readonly runAs: RunAs | null
  readonly log: Logger
  /** Disk each server may take for changes that are not archived yet, in MB. */
  readonly archiveReserveMb?: number
}

/** As the setting's default. */
const usualReserveMb = 1024

/** Where engines' binaries go that did not come with Croft; `chosen` is the setting CROFT_ENGINES_DIR. */
export function enginesDirectory(storageRoot: string, chosen: string | undefined): string {
  return chosen === undefined ? join(storageRoot, 'engines') : resolve(chosen)
}

/** Every engine of this agent, by its name. */
export function createEngines(options: EngineOptions): ReadonlyMap<string, Engine> {
  const { storageRoot, runAs, log, archiveReserveMb = usualReserveMb } = options
  const place = {
    enginesDirectory: options.enginesDirectory ?? enginesDirectory(storageRoot, undefined),
    templatesDirectory: join(storageRoot, 'templates'),
    runAs,
    log,
  }
  const engines = [
    createPostgresEngine({ ...place, archiveReserveMb }),
    createMariadbEngine(place),
    createRedisEngine(place),
  ]
  return new Map(engines.map((engine) => [engine.name, engine]))
}
