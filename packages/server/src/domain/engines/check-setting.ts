import { engineOf } from './registry.ts'
import { readQuantity } from './settings/read-quantity.ts'
import type { Setting, SettingLanguage } from './settings/setting.ts'

export type { Setting } from './settings/setting.ts'

/** The settings of an engine that tenants may choose, by name. Throws `engine-not-found`. */
export function settingsOf(engine: string): Readonly<Record<string, Setting>> {
  return engineOf(engine).settings.settings
}

/** What is wrong with a setting of an engine, as a sentence; null when nothing is. Throws `engine-not-found`. */
export function checkSetting(engine: string, key: string, value: string): string | null {
  const { settings: language, title } = engineOf(engine)
  const setting = Object.hasOwn(language.settings, key) ? language.settings[key] : undefined
  if (!setting) return `${title} has no setting ${quoted(key)} that can be chosen here.`
  const wanted = faultOf(setting, language, value)
  return wanted === null ? null : `${key} is ${quoted(value)}; it must be ${wanted}.`
}

/** The value of a setting of memory or disk in bytes; null for any other, and for a value that is none. */
export function bytesOf(engine: string, key: string, value: string): number | null {
  const { settings: language } = engineOf(engine)
  const setting = Object.hasOwn(language.settings, key) ? language.settings[key] : undefined
  if (setting?.kind !== 'bytes') return null
  return readQuantity(value, setting.bare, language.byteUnits, language.exactCase)
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 60))

/** What the value should have been, or null when it is that. */
function faultOf(setting: Setting, language: SettingLanguage, value: string): string | null {
  const { byteUnits, durationUnits, exactCase, booleans } = language
  const within = (number: number | null, { min, max, also = [] }: Ranged): boolean =>
    number !== null && ((number >= min && number <= max) || also.includes(number))
  switch (setting.kind) {
    case 'integer':
    case 'number': {
      // PostgreSQL takes whole numbers with leading zeros as octal.
      const pattern = setting.kind === 'integer' ? /^(0|-?[1-9]\d{0,14})$/ : /^(0|[1-9]\d{0,11})(\.\d{1,9})?$/
      const number = pattern.test(value) ? Number(value) : null
      const noun = setting.kind === 'integer' ? 'a whole number' : 'a number'
      return within(number, setting) ? null : `${noun} from ${setting.min} to ${setting.max}`
    }
    case 'bytes': {
      const bytes = readQuantity(value, setting.bare, byteUnits, exactCase)
      const show = (amount: number) => inUnits(amount, byteUnits)
      return within(bytes, setting) ? null : `an amount from ${show(setting.min)} to ${show(setting.max)}`
    }
    case 'duration': {
      const ms = readQuantity(value, setting.bare, durationUnits, exactCase)
      const show = (amount: number) => inUnits(amount, durationUnits)
      return within(ms, setting) ? null : `a time from ${show(setting.min)} to ${show(setting.max)}`
    }
    case 'boolean':
      return booleans.includes(value) ? null : booleans.join(' or ')
    case 'enum':
      return setting.values.includes(value) ? null : `one of ${setting.values.join(', ')}`
    case 'text':
      return setting.pattern.test(value) ? null : `like ${setting.example}`
  }
}

interface Ranged {
  readonly min: number
  readonly max: number
  readonly also?: readonly number[]
}

/** In the largest unit that divides it. */
function inUnits(amount: number, units: Readonly<Record<string, number>>): string {
  const largest = Object.entries(units)
    .filter(([, size]) => size <= amount && amount % size === 0)
    .sort(([, a], [, b]) => b - a)
    .at(0)
  return largest ? `${amount / largest[1]}${largest[0]}` : String(amount)
}
