import { CroftError } from '../../platform/errors/index.ts'

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

/**
 * When an agent said something; now unless it tells, or when its clock is ahead: what follows would count as older.
 * Throws `invalid-input`.
 */
export function readReportTime(timestamp: string | undefined): Date {
  if (timestamp === undefined || timestamp === '') return new Date()
  const at = RFC3339.test(timestamp) ? new Date(timestamp) : null
  if (at && !Number.isNaN(at.getTime())) return at.getTime() > Date.now() ? new Date() : at
  throw new CroftError('invalid-input', 'The timestamp is none.', {
    fields: [{ path: '/timestamp', message: 'must be a time as in 2026-01-31T12:00:00Z' }],
  })
}
