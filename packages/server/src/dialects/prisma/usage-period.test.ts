import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CroftError } from '../../platform/errors/index.ts'
import { readPeriod } from './usage-period.ts'

const now = new Date('2026-07-15T10:30:00.000Z')
const shown = (query: { startDate?: string; endDate?: string }) => {
  const { from, to } = readPeriod(query, now)
  return [from.toISOString(), to.toISOString()]
}

test('without dates it is this month until now', () => {
  assert.deepEqual(shown({}), ['2026-07-01T00:00:00.000Z', '2026-07-15T10:30:00.000Z'])
})

test('a date is all of that day, in UTC', () => {
  assert.deepEqual(shown({ startDate: '2026-06-01', endDate: '2026-06-30' }), [
    '2026-06-01T00:00:00.000Z',
    '2026-06-30T23:59:59.999Z',
  ])
})

test('a date-time is taken as it is, whatever its offset', () => {
  assert.deepEqual(shown({ startDate: '2026-06-01T02:00:00+02:00', endDate: '2026-06-01T12:00:00.5Z' }), [
    '2026-06-01T00:00:00.000Z',
    '2026-06-01T12:00:00.500Z',
  ])
})

test('an end in the future is the end of today', () => {
  assert.deepEqual(shown({ endDate: '2030-01-01' })[1], '2026-07-15T23:59:59.999Z')
})

const refused = (query: { startDate?: string; endDate?: string }) =>
  assert.throws(
    () => readPeriod(query, now),
    (error) => error instanceof CroftError && error.code === 'invalid-input',
    JSON.stringify(query),
  )

test('what is no date is refused', () => {
  for (const text of [
    'yesterday',
    '2026-02-30',
    '2026-13-01',
    '2026-01-01T25:00:00Z',
    '1',
    '2026-01-01T00:00',
  ]) {
    refused({ startDate: text })
    refused({ endDate: text })
  }
})

test('an end before the start is refused', () => {
  refused({ startDate: '2026-07-02', endDate: '2026-07-01' })
  refused({ startDate: '2027-01-01' })
})

test('any text gives a period or a refusal, and never a date that is none', () => {
  fc.assert(
    fc.property(fc.string(), (startDate) => {
      try {
        const { from, to } = readPeriod({ startDate }, now)
        assert.ok(from.getTime() <= to.getTime())
      } catch (error) {
        assert.ok(error instanceof CroftError)
      }
    }),
  )
})
