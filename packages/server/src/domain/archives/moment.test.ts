import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CroftError } from '../../platform/errors/index.ts'
import { outsideWindow, readMoment } from './moment.ts'

const NOW = new Date('2026-05-10T12:00:00Z')
const faultOf = (text: string): CroftError => {
  try {
    readMoment(text, NOW)
  } catch (error) {
    if (error instanceof CroftError) return error
    throw error
  }
  throw new Error(`${text} was read`)
}

test('moments are read as people and programs write them', () => {
  const read = (text: string) => readMoment(text).toISOString()
  assert.equal(read('2026-05-01T12:30:00Z'), '2026-05-01T12:30:00.000Z')
  assert.equal(read('2026-05-01T12:30Z'), '2026-05-01T12:30:00.000Z')
  assert.equal(read('2026-05-01 14:30:00+02:00'), '2026-05-01T12:30:00.000Z')
  assert.equal(read('2026-05-01t12:30:00.5z'), '2026-05-01T12:30:00.500Z')
  // As PostgreSQL shows them; what is finer than a millisecond is cut off, not rounded.
  assert.equal(read('2026-05-01T12:30:00.123999Z'), '2026-05-01T12:30:00.123Z')
  assert.equal(read('2024-02-29T00:00:00Z'), '2024-02-29T00:00:00.000Z')
})

test('what is no moment is told with an example', () => {
  const bad = ['', 'soon', 'yesterday', '2026-05-01', '2026-05-01T12:30:00', '12:30', '1714566600']
  const offCalendar = [
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-05-01T25:00:00Z',
    '2026-00-10T00:00:00Z',
  ]
  for (const text of [...bad, ...offCalendar, '2026-05-01T12:30:00+99:99', '\u0000']) {
    const { code, hint } = faultOf(text)
    assert.equal(code, 'invalid-input', text)
    assert.match(hint ?? '', /2026-05-10T11:00:00Z/)
  }
})

test('every moment that is written can be read', () => {
  const any = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-01-01'), noInvalidDate: true })
  fc.assert(fc.property(any, (date) => assert.deepEqual(readMoment(date.toISOString()), date)))
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        assert.ok(!Number.isNaN(readMoment(text).getTime()))
      } catch (error) {
        assert.ok(error instanceof CroftError && error.code === 'invalid-input')
      }
    }),
  )
})

test('a moment outside is told with the moments that are inside', () => {
  const spans = [
    { chain: 'a', from: new Date('2026-05-01T00:00:00Z'), to: new Date('2026-05-02T00:00:00Z') },
    { chain: 'b', from: new Date('2026-05-03T00:00:00Z'), to: NOW },
  ]
  const tell = (text: string) => outsideWindow(spans, new Date(text), NOW)
  for (const text of ['2026-04-30T23:59:59Z', '2027-01-01T00:00:00Z']) {
    const { code, message } = tell(text)
    assert.equal(code, 'point-outside-window')
    assert.match(message, /2026-05-01T00:00:00\.000Z/)
    assert.match(message, /2026-05-10T12:00:00\.000Z/)
  }
  assert.match(tell('2026-05-10T12:00:01Z').message, /is in the future/)
  assert.match(tell('2026-04-30T23:59:59Z').message, /is before the earliest/)
  assert.match(
    tell('2026-05-02T12:00:00Z').message,
    /2026-05-01T00:00:00.000Z to 2026-05-02T00:00:00.000Z, and of 2026-05-03T00:00:00.000Z to/,
  )
  assert.match(outsideWindow([], NOW, NOW).message, /no moment yet/)
})
