import type { Resources } from '@croft/protocol'
import type { DatabaseOverrides } from '../../platform/db/tables.ts'
import { bytesOf, engineOf, settingsOf } from '../engines/index.ts'

export interface SizeFacts {
  readonly id: string
  readonly memoryMb: number
  /** Engine -> setting -> value. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/**
 * What a database may use: its size's, with what was chosen for it in place of that. Where only its memory was chosen,
 * the engine's memory for data grows or shrinks with it.
 */
export function resourcesOf(engine: string, size: SizeFacts, overrides: DatabaseOverrides): Resources {
  const usual = size.settings[engine] ?? {}
  const memoryMb = overrides.memoryMb ?? size.memoryMb
  const { cpus, storageBytes } = overrides
  return {
    size: size.id,
    memoryMb,
    settings: { ...usual, ...scaled(engine, usual, memoryMb / size.memoryMb), ...overrides.settings },
    ...(cpus === undefined ? {} : { cpus }),
    ...(storageBytes === undefined ? {} : { storageBytes }),
  }
}

const STEP = 1024 * 1024

function scaled(
  engine: string,
  usual: Readonly<Record<string, string>>,
  factor: number,
): Record<string, string> {
  if (factor === 1) return {}
  const { scaledSettings, settings: language } = engineOf(engine)
  const known = settingsOf(engine)
  return Object.fromEntries(
    scaledSettings.flatMap((name): [string, string][] => {
      const value = usual[name]
      const bytes = value === undefined ? null : bytesOf(engine, name, value)
      const setting = known[name]
      if (bytes === null || setting?.kind !== 'bytes') return []
      const wanted = Math.floor((bytes * factor) / STEP) * STEP
      return [[name, language.writeBytes(Math.min(Math.max(wanted, setting.min), setting.max))]]
    }),
  )
}

/** Sessions of clients at one time: the database's, unless a setting says how many its server takes. */
export function connectionLimitOf(
  engine: string,
  connectionLimit: number,
  { settings }: DatabaseOverrides,
): number {
  const { setting, reserved } = engineOf(engine).sessions
  const chosen = Number(settings?.[setting] ?? Number.NaN)
  return Number.isSafeInteger(chosen) ? Math.max(chosen - reserved, 1) : connectionLimit
}
