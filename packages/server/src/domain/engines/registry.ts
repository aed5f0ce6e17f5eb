import { CroftError } from '../../platform/errors/index.ts'
import type { EngineFacts } from './engine-facts.ts'
import { mariadb } from './mariadb.ts'
import { postgres } from './postgres.ts'
import { redis } from './redis.ts'

/** Every engine that Croft knows, whether a host has it or not. The first is the default. */
export const ENGINES: readonly EngineFacts[] = [postgres, mariadb, redis]

const BY_NAME: ReadonlyMap<string, EngineFacts> = new Map(ENGINES.map((engine) => [engine.name, engine]))

export const findEngine = (name: string): EngineFacts | undefined => BY_NAME.get(name)

/** Throws `engine-not-found`. */
export function engineOf(name: string): EngineFacts {
  const engine = BY_NAME.get(name)
  if (engine) return engine
  throw new CroftError('engine-not-found', `There is no engine ${name}.`, {
    hint: `Engines: ${ENGINES.map((each) => each.name).join(', ')}.`,
  })
}

/** Names of those whose databases can be restored to any moment, for messages. */
export const archivedEngines = (): string =>
  ENGINES.filter((engine) => engine.archived)
    .map((engine) => engine.name)
    .join(', ')
