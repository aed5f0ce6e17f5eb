import { isUuid } from './is-uuid.ts'

/** When a UUIDv7 was made, to the millisecond; null for anything else. */
export function idTime(id: string): Date | null {
  if (!isUuid(id) || id[14] !== '7') return null
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))
}
