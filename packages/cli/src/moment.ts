import { CliFault } from './fault.ts'

const EXAMPLES =
  'Write it as 2026-05-01T12:30:00Z, as "2026-05-01 12:30" in this computer’s time zone, or as "5m ago".'

const ABSOLUTE = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d\d:\d\d)?$/
const RELATIVE = /^(?:-((?:\d{1,9}[smhdw])+)|((?:\d{1,9}[smhdw])+) ?ago)$/

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

function fault(text: string, why: string): CliFault {
  return new CliFault(`"${text}" is no moment${why}.`, { hint: EXAMPLES, exitCode: 2 })
}

function lengthOf(text: string): number {
  let length = 0
  for (const [, count, unit] of text.matchAll(/(\d+)([smhdw])/g))
    length += Number(count) * (UNIT_MS[unit ?? ''] ?? 0)
  return length
}

function absolute(text: string, parts: readonly (string | undefined)[]): Date {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const milliseconds = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3))
  const zone = parts[8]
  const fields = [year, month - 1, day, hour, minute, second, milliseconds] as const
  // A leap second is no moment PostgreSQL could have written at, and `Date` has none.
  if (hour > 23 || minute > 59 || second > 59) throw fault(text, ': a day has 24 hours of 60 minutes')
  const utc = new Date(Date.UTC(...fields))
  if (utc.getUTCFullYear() !== year || utc.getUTCMonth() !== month - 1 || utc.getUTCDate() !== day)
    throw fault(text, ': the calendar has no such day')
  if (zone === undefined) {
    const local = new Date(...fields)
    // Where clocks go forward, an hour is left out; `Date` would take the one after.
    if (local.getHours() !== hour || local.getMinutes() !== minute)
      throw fault(text, ' here: the clocks went forward over it')
    return local
  }
  if (/^z$/i.test(zone)) return utc
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number)
  if (hours > 23 || minutes > 59) throw fault(text, ': there is no such time zone')
  const offset = (hours * 60 + minutes) * 60_000
  return new Date(utc.getTime() - (zone.startsWith('-') ? -offset : offset))
}

/**
 * A moment as people write it: RFC 3339, date and time in this computer's zone, or so long ago (`5m ago`, `-90s`,
 * `1h30m ago`). Finer parts than milliseconds are cut off. Throws a fault with examples.
 */
export function parseMoment(text: string, now: Date = new Date()): Date {
  const trimmed = text.trim()
  const ago = RELATIVE.exec(trimmed)
  const at = ago
    ? new Date(now.getTime() - lengthOf(ago[1] ?? ago[2] ?? ''))
    : absolute(trimmed, ABSOLUTE.exec(trimmed) ?? none(text))
  if (Number.isNaN(at.getTime()) || at.getTime() < 0) throw fault(text, ' that a database could know')
  return at
}

function none(text: string): never {
  throw fault(text, ' that can be read')
}
