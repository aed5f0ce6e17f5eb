import { CroftError } from '../../platform/errors/index.ts'
import { boundsOf, type Span } from './spans.ts'

const FORM = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(:(\d\d)(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$/

/**
 * A moment as people and programs write it (RFC 3339; seconds may be left out), to the millisecond: finer parts are cut
 * off. Throws `invalid-input` with an example.
 */
export function readMoment(text: string, now = new Date()): Date {
  const at = FORM.test(text) && isOnCalendar(text) ? new Date(toIso(text)) : null
  if (at !== null && !Number.isNaN(at.getTime())) return at
  const example = new Date(now.getTime() - 3_600_000).toISOString().replace(/\.\d+/, '')
  throw new CroftError('invalid-input', 'The moment to restore to cannot be read.', {
    hint: `Write date, time and time zone, e.g. ${example} for an hour ago.`,
    fields: [{ path: '/source/at', message: `must be a date-time like ${example}` }],
  })
}

const toIso = (text: string) =>
  text
    .toUpperCase()
    .replace(' ', 'T')
    .replace(/(\.\d{3})\d+/, '$1')

/** `Date` takes the 31st of every month for a day. */
function isOnCalendar(text: string): boolean {
  const day = Number(text.slice(8, 10))
  const lastDay = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()
  return day >= 1 && day <= lastDay
}

/** Why a database cannot be restored to a moment, and to which it can. */
export function outsideWindow(spans: readonly Span[], at: Date, now: Date): CroftError {
  const bounds = boundsOf(spans)
  if (!bounds) {
    return new CroftError(
      'point-outside-window',
      'There is no moment yet that this database can be restored to: no archive of its changes goes on from a backup.',
      { hint: 'Restore one of its backups, or back it up now; from then on its changes can be replayed.' },
    )
  }
  const earliest = bounds.earliest.toISOString()
  const latest = bounds.latest.toISOString()
  const asked = at.toISOString()
  if (at > now) {
    const message = `${asked} is in the future; it is ${now.toISOString()} here.`
    return outside(`${message} The latest moment is ${latest}, the earliest ${earliest}.`)
  }
  if (at < bounds.earliest)
    return outside(`${asked} is before the earliest moment, ${earliest}; the latest is ${latest}.`)
  if (at > bounds.latest)
    return outside(`${asked} is after the latest moment, ${latest}; the earliest is ${earliest}.`)
  const known = spans.map(({ from, to }) => `${from.toISOString()} to ${to.toISOString()}`)
  return outside(`Of ${asked} there is no archive. There is one of ${known.join(', and of ')}.`)
}

const outside = (message: string) =>
  new CroftError('point-outside-window', message, {
    hint: 'Ask for its recovery window, and choose a moment in it.',
  })
