import type { DatabaseOverrides } from '../../platform/db/tables.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { bytesOf, checkSetting, settingsOf } from '../engines/index.ts'
import { resourcesOf, type SizeFacts } from '../targets/index.ts'

export type { DatabaseOverrides }

/** Below this no server of any engine has room to work. */
const LEAST_MEMORY_MB = 64
const LEAST_STORAGE_BYTES = 64 * 1024 * 1024
const LEAST_CPUS = 0.05
/** More than any host has; what is not a plain number would end as no limit at all. */
const MOST_MEMORY_MB = 16 * 1024 * 1024
const MOST_STORAGE_BYTES = 1024 ** 5
const MOST_CPUS = 4096

interface Fault {
  readonly path: string
  readonly message: string
}

/**
 * Whether a database of this engine and size can have what was chosen for it: settings that the engine has, and none
 * that takes more memory than the database. Throws `not-applicable` with every fault.
 */
export function checkOverrides(engine: string, size: SizeFacts, overrides: DatabaseOverrides): void {
  const faults = [...limitFaults(overrides), ...settingFaults(engine, size, overrides)]
  if (faults.length === 0) return
  const [first] = faults
  throw new CroftError('not-applicable', first?.message ?? 'These settings do not fit.', {
    fields: faults.map(({ path, message }) => ({ path: `/overrides${path}`, message })),
  })
}

function limitFaults({ memoryMb, cpus, storageBytes }: DatabaseOverrides): Fault[] {
  const within = (path: string, value: number | undefined, least: number, most: number, what: string) =>
    value !== undefined && !(value >= least && value <= most)
      ? [{ path, message: `${what} must be from ${least} to ${most}.` }]
      : []
  return [
    ...within('/memoryMb', memoryMb, LEAST_MEMORY_MB, MOST_MEMORY_MB, 'The memory in MB'),
    ...within('/cpus', cpus, LEAST_CPUS, MOST_CPUS, 'The number of processors'),
    ...within('/storageBytes', storageBytes, LEAST_STORAGE_BYTES, MOST_STORAGE_BYTES, 'The storage in bytes'),
  ]
}

function settingFaults(engine: string, size: SizeFacts, overrides: DatabaseOverrides): Fault[] {
  const chosen = Object.keys(overrides.settings ?? {})
  const { memoryMb, settings } = resourcesOf(engine, size, overrides)
  const known = settingsOf(engine)
  return chosen.flatMap((key): Fault[] => {
    const value = settings[key] ?? ''
    const path = `/settings/${key}`
    const wrong = checkSetting(engine, key, value)
    if (wrong !== null) return [{ path, message: wrong }]
    const setting = known[key]
    const bytes = bytesOf(engine, key, value)
    if (setting?.kind !== 'bytes' || !setting.ofMemory || bytes === null) return []
    if (bytes <= memoryMb * 1024 * 1024) return []
    return [{ path, message: `${key} is ${value}; the database has ${memoryMb} MB of memory in all.` }]
  })
}
