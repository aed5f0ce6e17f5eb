import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goDuration } from './go-duration.ts'

test('durations are written as Go does', () => {
  const written: Readonly<Record<number, string>> = {
    0: '0s',
    59: '59s',
    60: '1m0s',
    1800: '30m0s',
    3600: '1h0m0s',
    5430: '1h30m30s',
    90000: '25h0m0s',
  }
  for (const [seconds, text] of Object.entries(written)) assert.equal(goDuration(Number(seconds)), text)
})
