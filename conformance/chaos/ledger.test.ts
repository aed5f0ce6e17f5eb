import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLedger } from './ledger.ts'

/** Rows 1 to 3 acknowledged at 11, 21, 31; row 4 sent at 40 and never acknowledged. */
function filled() {
  let clock = 0
  const ledger = createLedger(() => clock)
  for (const n of [1, 2, 3]) {
    clock = n * 10
    const acked = ledger.sending(n)
    clock += 1
    acked()
  }
  clock = 40
  ledger.sending(4)
  clock = 50
  return { ledger, at: (ms: number) => (clock = ms) }
}

test('a lost row and a row from nowhere are faults; one whose answer was lost may be there or not', () => {
  const { ledger } = filled()
  assert.deepEqual(ledger.faults(new Set([1, 2, 3]), 'now'), [])
  assert.deepEqual(ledger.faults(new Set([1, 2, 3, 4]), 'now'), [])
  assert.match(String(ledger.faults(new Set([1, 3]), 'now')), /1 acknowledged rows are lost: 2/)
  assert.match(String(ledger.faults(new Set([1, 2, 3, 5]), 'now')), /1 rows should not be there: 5/)
})

test('at a moment, later rows are faults and rows under way may be there or not', () => {
  const { ledger } = filled()
  assert.deepEqual(ledger.faults(new Set([1]), 15), [])
  assert.deepEqual(ledger.faults(new Set([1]), 20), [])
  assert.deepEqual(ledger.faults(new Set([1, 2]), 20), [])
  assert.match(String(ledger.faults(new Set([1, 2]), 15)), /should not be there: 2/)
  assert.match(String(ledger.faults(new Set([1]), 25)), /lost: 2/)
})

test('after a restore the rows found are the record, and earlier moments keep theirs', () => {
  const { ledger, at } = filled()
  ledger.endEra()
  at(60)
  ledger.beginEra(new Set([1]))
  at(70)
  ledger.sending(5)()
  assert.deepEqual(ledger.faults(new Set([1, 5]), 'now'), [])
  assert.match(String(ledger.faults(new Set([1]), 'now')), /lost: 5/)
  assert.deepEqual(ledger.faults(new Set([1, 2, 3]), 45), [])
  assert.match(String(ledger.faults(new Set([1]), 55)), /no record of 55|lost/)
})

test('a moment lies where rows were written', () => {
  const { ledger } = filled()
  for (const value of [0, 0.5, 0.999]) {
    const moment = ledger.moment(() => value)
    assert.ok(moment !== null && moment >= 10 && moment <= 40, String(moment))
  }
  assert.equal(
    createLedger().moment(() => 0.5),
    null,
  )
})
