import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CliFault } from './fault.ts'
import { parseMoment } from './moment.ts'

const NOW = new Date('2026-05-01T12:00:00.500Z')
const iso = (text: string) => parseMoment(text, NOW).toISOString()
const times = fc.date({
  min: new Date('1971-01-01T00:00:00Z'),
  max: new Date('2199-01-01T00:00:00Z'),
  noInvalidDate: true,
})

test('a moment is read as programs write it, with any zone and any fraction', () => {
  assert.equal(iso('2026-05-01T10:30:00Z'), '2026-05-01T10:30:00.000Z')
  assert.equal(iso('2026-05-01t10:30z'), '2026-05-01T10:30:00.000Z')
  assert.equal(iso('2026-05-01 12:30:00+02:00'), '2026-05-01T10:30:00.000Z')
  assert.equal(iso('2026-05-01T05:00:00.1-05:30'), '2026-05-01T10:30:00.100Z')
  assert.equal(iso('2026-05-01T10:30:00.123999Z'), '2026-05-01T10:30:00.123Z')
  fc.assert(
    fc.property(times, fc.integer({ min: -23 * 60, max: 23 * 60 }), (time, minutes) => {
      const shifted = new Date(time.getTime() + minutes * 60_000).toISOString().replace('Z', '')
      const abs = Math.abs(minutes)
      const two = (n: number) => String(n).padStart(2, '0')
      const zone = `${minutes < 0 ? '-' : '+'}${two(Math.floor(abs / 60))}:${two(abs % 60)}`
      assert.equal(iso(`${shifted}${zone}`), time.toISOString())
    }),
  )
})

test('without a zone it is of this computer’s', () => {
  assert.equal(iso('2026-05-01 12:30'), new Date(2026, 4, 1, 12, 30).toISOString())
  assert.equal(iso('2026-05-01T12:30:05'), new Date(2026, 4, 1, 12, 30, 5).toISOString())
})

test('so long ago is counted from now', () => {
  for (const text of ['5m ago', '5mago', '-5m', '-300s', ' -4m60s ', '4m60s ago'])
    assert.equal(iso(text), '2026-05-01T11:55:00.500Z', text)
  assert.equal(iso('1h30m ago'), '2026-05-01T10:30:00.500Z')
  assert.equal(iso('-1w2d'), '2026-04-22T12:00:00.500Z')
  assert.equal(iso('0s ago'), NOW.toISOString())
})

test('what is no moment is told with what would be one', () => {
  const wrong = [
    ...['', 'now', 'yesterday', '5m', '5 minutes ago', '+5m', '-5', '-5y', '2026-05-01', '12:30'],
    ...['2026-02-30 12:00', '2026-13-01 12:00', '2026-04-31T12:00:00Z', '2026-05-01T24:00:00Z'],
    ...['2026-05-01T12:60:00Z', '2026-05-01T12:00:60Z', '2026-05-01T12:00:00+24:00', '1960-01-01T00:00:00Z'],
    ...['-999999999w', '2026-05-01T12:00:00Z; drop', '2026-05-01T12:00:00 Europe/Berlin'],
  ]
  for (const text of wrong) {
    assert.throws(
      () => parseMoment(text, NOW),
      (error) =>
        error instanceof CliFault &&
        error.exitCode === 2 &&
        error.message.startsWith(`"${text}" is no moment`) &&
        (error.hint ?? '').includes('5m ago'),
      text,
    )
  }
})

test('any text is a moment or a fault', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.stringMatching(/^-?[0-9]{1,12}[smhdw]( ago)?$/),
    fc.stringMatching(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$/),
  )
  fc.assert(
    fc.property(texts, (text) => {
      try {
        assert.ok(Number.isFinite(parseMoment(text, NOW).getTime()))
      } catch (error) {
        assert.ok(error instanceof CliFault, String(error))
      }
    }),
  )
})
