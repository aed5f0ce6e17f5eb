/** A quantity in a setting's own base unit (bytes, milliseconds or a plain number); `also` are values outside the range. */
interface Range {
  readonly min: number
  readonly max: number
  readonly also?: readonly number[]
}

/** One setting that tenants may choose. */
export type Setting = {
  /** Whether a running server has to be restarted for it, rather than told. */
  readonly restart: boolean
} & (
  | ({ readonly kind: 'integer' | 'number' } & Range)
  /** `bare` is what a number without a unit counts, in bytes. `ofMemory`: it may not be above the database's memory. */
  | ({ readonly kind: 'bytes'; readonly bare: number; readonly ofMemory: boolean } & Range)
  /** `bare` is what a number without a unit counts, in ms. */
  | ({ readonly kind: 'duration'; readonly bare: number } & Range)
  | { readonly kind: 'boolean' }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'text'; readonly pattern: RegExp; readonly example: string }
)

/** How an engine writes settings, and which ones tenants may choose. */
export interface SettingLanguage {
  /** Suffixes and what they count, in bytes; their case counts when `exactCase`. */
  readonly byteUnits: Readonly<Record<string, number>>
  readonly durationUnits: Readonly<Record<string, number>>
  readonly exactCase: boolean
  readonly booleans: readonly [on: string, off: string]
  /** An amount of memory as the engine takes it. */
  writeBytes(bytes: number): string
  readonly settings: Readonly<Record<string, Setting>>
}

export const KB = 1024
export const MB = 1024 * KB
export const GB = 1024 * MB
export const TB = 1024 * GB
/** What 32-bit integers of milliseconds hold. */
export const MAX_MS = 2_147_483_647
