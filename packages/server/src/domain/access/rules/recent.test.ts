import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRecent } from './recent.ts'

test('what was asked for last stays; what is too heavy never gets in', () => {
  const recent = createRecent<number>(10_000)
  recent.keep('a', 1, 1_000)
  recent.keep('b', 2, 1_000)
  recent.keep('c', 3, 1_000)
  assert.equal(recent.get('a'), 1)
  recent.keep('d', 4, 1_000)
  assert.deepEqual(['a', 'b', 'c', 'd'].map(recent.get), [1, undefined, 3, 4])
  recent.keep('e', 5, 10_000)
  assert.deepEqual(['a', 'c', 'd', 'e'].map(recent.get), [1, 3, 4, undefined])
  recent.keep('a', 6, 1_000)
  assert.deepEqual(['a', 'c', 'd'].map(recent.get), [6, 3, 4])
})

test('it never grows beyond its weight', () => {
  const entries = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.nat({ max: 20_000 })))
  fc.assert(
    fc.property(entries, (kept) => {
      const recent = createRecent<number>(20_000)
      for (const [key, weight] of kept) recent.keep(key, weight, weight)
      const left = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => recent.get(key))
      const total = left.reduce<number>((sum, weight) => sum + (weight === undefined ? 0 : weight + 2_001), 0)
      assert.ok(total <= 20_000, `${total}`)
    }),
  )
})
