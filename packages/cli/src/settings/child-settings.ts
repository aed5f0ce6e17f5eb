import { resolve } from 'node:path'
import type { SettingName } from '@croft/protocol'

type Environment = Readonly<Record<string, string | undefined>>

/** What a child process is told: this process' environment, with exactly the settings it should know. */
export interface ChildSettings {
  readonly dataDirectory: string
  environment(which: 'all' | readonly SettingName[], overrides: Environment): Environment
}

/**
 * `given` holds settings as strings, by the names of their variables. A relative data directory is relative to
 * `directory`; children get it absolute, since each may run elsewhere.
 */
export function childSettings(
  base: Environment,
  given: Environment,
  dataDirectory: string,
  directory: string,
): ChildSettings {
  const absolute = resolve(directory, dataDirectory)
  const others = Object.fromEntries(Object.entries(base).filter(([name]) => !name.startsWith('CROFT_')))
  const settings: Environment = { ...given, CROFT_DATA_DIR: absolute }
  return {
    dataDirectory: absolute,
    environment(which, overrides) {
      const chosen = Object.entries(settings).filter(
        ([name]) => which === 'all' || which.some((wanted) => wanted === name),
      )
      const all = { ...others, ...Object.fromEntries(chosen), ...overrides }
      return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
    },
  }
}
