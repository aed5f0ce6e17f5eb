import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CroftError } from '../../platform/errors/index.ts'
import { readPage, toList } from './pagination.ts'

test('the first page is asked for by no cursor, an empty one or the word null', () => {
  for (const cursor of [undefined, '', 'null']) {
    assert.deepEqual(readPage(cursor === undefined ? {} : { cursor }), { limit: 100, after: null })
  }
})

test('a large limit is clamped', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), (limit) => {
      assert.equal(readPage({ limit }).limit, Math.min(limit, 1000))
    }),
  )
})

test('the cursor of a page leads to the page after its last row', () => {
  fc.assert(
    fc.property(fc.uuid(), (next) => {
      const { pagination } = toList({ items: [], next }, String)
      assert.equal(pagination.hasMore, true)
      assert.ok(pagination.nextCursor)
      assert.equal(readPage({ cursor: pagination.nextCursor }).after, next)
    }),
  )
})

test('the last page has no cursor', () => {
  assert.deepEqual(toList({ items: [1, 2], next: null }, String), {
    data: ['1', '2'],
    pagination: { nextCursor: null, hasMore: false },
  })
})

test('a cursor that no page gave is refused as malformed', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 24 }).filter((text) => text !== 'null'),
      (cursor) => {
        assert.throws(
          () => readPage({ cursor }),
          (error) => error instanceof CroftError && error.code === 'malformed-request',
        )
      },
    ),
  )
})
