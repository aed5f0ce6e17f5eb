import { join } from 'node:path'
import type { Logger } from 'pino'
import type { RunAs } from '../host/run-as.ts'
import type { Engine } from './engine.ts'
import { createPostgresEngine } from './postgres/postgres-engine.ts'

export interface EngineOptions {
  /** As `host/storage-root.ts` gives it. */
  readonly storageRoot: string
  readonly runAs: RunAs | null
  readonly log: Logger
  /** Disk each server may take for changes that are not archived yet, in MB. */
  readonly archiveReserveMb?: number
}

/** As the setting's default. */
const usualReserveMb = 1024

/** Where engines' binaries go that did not come with Croft. */
export function enginesDirectory(storageRoot: string): string {
  return join(storageRoot, 'engines')
}

/** Every engine of this agent, by its name. */
export function createEngines({
  storageRoot,
  runAs,
  log,
  archiveReserveMb = usualReserveMb,
}: EngineOptions): ReadonlyMap<string, Engine> {
  const directories = {
    enginesDirectory: enginesDirectory(storageRoot),
    templatesDirectory: join(storageRoot, 'templates'),
  }
  const engines = [createPostgresEngine({ ...directories, runAs, log, archiveReserveMb })]
  return new Map(engines.map((engine) => [engine.name, engine]))
}
