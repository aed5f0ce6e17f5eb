import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { expiryOf, LONGEST_MS, SHORTEST_MS } from './time-to-live.ts'

const now = new Date('2026-07-15T10:30:00.000Z')

test('a day unless said otherwise', () => {
  assert.equal(expiryOf(undefined, now)?.toISOString(), '2026-07-16T10:30:00.000Z')
})

test('whole milliseconds within the limits, and nothing else', () => {
  for (const given of [SHORTEST_MS, LONGEST_MS]) {
    assert.equal(expiryOf(given, now)?.getTime(), now.getTime() + given)
  }
  for (const given of [SHORTEST_MS - 1, LONGEST_MS + 1, SHORTEST_MS + 0.5, '3600000', true, {}, Number.NaN]) {
    assert.equal(expiryOf(given, now), null, String(given))
  }
  fc.assert(
    fc.property(fc.jsonValue(), (given) => {
      const expiry = expiryOf(given, now)
      if (expiry && given !== null) assert.equal(expiry.getTime() - now.getTime(), given)
    }),
  )
})
