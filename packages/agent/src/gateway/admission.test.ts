import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAdmission } from './admission.ts'

const limits = { pendingStartups: 3, pendingStartupsPerAddress: 2, failuresPerMinute: 2, failureDelayMs: 500 }

test('places are limited by address and in all, and come back once', () => {
  const admission = createAdmission(limits)
  const first = admission.enter('a')
  assert.ok(first && admission.enter('a'))
  assert.equal(admission.enter('a'), undefined)
  assert.ok(admission.enter('b'))
  assert.equal(admission.enter('c'), undefined)
  first.leave()
  first.leave()
  assert.ok(admission.enter('c'))
  assert.equal(admission.enter('a'), undefined)
})

test('only an address that fails often waits, and only for a minute', () => {
  let now = 1000
  const admission = createAdmission(limits, () => now)
  for (let failure = 0; failure < 2; failure += 1) admission.failed('a')
  assert.equal(admission.delayFor('a'), 0)
  admission.failed('a')
  assert.equal(admission.delayFor('a'), 500)
  assert.equal(admission.delayFor('b'), 0)
  now += 60_000
  assert.equal(admission.delayFor('a'), 0)
})
