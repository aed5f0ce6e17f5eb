import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryDelay } from './retry-delay.ts'

test('pauses grow from 0.2 to 10 s, with half of each left to chance', () => {
  assert.equal(
    retryDelay(0, () => 1),
    200,
  )
  assert.equal(
    retryDelay(0, () => 0),
    200,
  )
  assert.equal(
    retryDelay(3, () => 0),
    800,
  )
  assert.equal(
    retryDelay(3, () => 1),
    1600,
  )
  assert.equal(
    retryDelay(90, () => 1),
    10_000,
  )
})
