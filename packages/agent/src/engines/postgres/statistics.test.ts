import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCounter } from './statistics.ts'

test('statements that the server forgets are not taken back', () => {
  const count = createCounter()
  assert.deepEqual([5, 9, 4, 4, 10].map(count), [5, 9, 9, 9, 15])
})
