import type { Kind } from '../endpoint.ts'
import type { Hal } from '../hal.ts'

const isHal = (value: unknown): value is Hal =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A field as text; null where it has none. */
export function textOf(hal: Hal | null, field: string): string | null {
  const value = hal?.[field]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

export function numberOf(hal: Hal | null, field: string): number | null {
  const value = hal?.[field]
  return typeof value === 'number' ? value : null
}

/** The texts of a list. */
export function textsOf(hal: Hal | null, field: string): readonly string[] {
  const value = hal?.[field]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** The things on a page of a list, or inside another thing. */
export function thingsOf(hal: Hal | null, field: string): readonly Hal[] {
  const value = hal?.[field]
  return Array.isArray(value) ? value.filter(isHal) : []
}

/** The part of an address that is the same for whatever host it names; what is no address as it was typed. */
export function pathOf(url: string): string {
  const parsed = URL.parse(url, 'http://localhost')
  return parsed === null ? url : parsed.pathname + parsed.search
}

/** Where a thing is. Those that lie inside others have `url`. */
export const whereIs = (hal: Hal): string => pathOf(textOf(hal, 'url') ?? hal._links.self)

/** What a thing is called among people. */
export function nameOf(kind: Kind, hal: Hal): string {
  const field = kind === 'credential' ? 'user' : kind === 'engine' ? 'version' : 'name'
  return textOf(hal, field) || `number ${textOf(hal, 'id')}`
}
