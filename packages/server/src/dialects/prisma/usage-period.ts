import { CroftError } from '../../platform/errors/index.ts'

const DATE = /^\d{4}-\d{2}-\d{2}$/
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

const startOfDay = (day: Date) =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()))
const endOfDay = (day: Date) => new Date(startOfDay(day).getTime() + 86_400_000 - 1)

function readDate(name: string, text: string): Date {
  const date = DATE.test(text) || DATE_TIME.test(text) ? new Date(text) : null
  // `new Date('2026-02-30')` is 2 March: a date that does not come back is not one.
  const wrong =
    date === null || Number.isNaN(date.getTime()) || (DATE.test(text) && !date.toISOString().startsWith(text))
  if (!wrong) return date
  throw new CroftError('invalid-input', `${name} is not a date.`, {
    hint: 'Give a date such as 2026-07-31, or a date-time such as 2026-07-31T12:00:00Z.',
  })
}

/**
 * The period a usage query asks for: from the start of this month until now unless it says otherwise. A date
 * without a time means all of that day, and an end in the future is the end of today, as Prisma has it.
 */
export function readPeriod(
  query: { startDate?: string; endDate?: string },
  now: Date,
): { from: Date; to: Date } {
  const from = query.startDate
    ? readDate('startDate', query.startDate)
    : new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1))
  const to = readEnd(query.endDate, now)
  if (from.getTime() > to.getTime()) {
    throw new CroftError('invalid-input', 'startDate is after endDate.', {
      hint: 'Give a startDate before endDate.',
    })
  }
  return { from, to }
}

function readEnd(text: string | undefined, now: Date): Date {
  if (!text) return now
  const given = readDate('endDate', text)
  const end = DATE.test(text) ? endOfDay(given) : given
  return end.getTime() > now.getTime() ? endOfDay(now) : end
}
