import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SortedPageRequest } from '../sorted-page.ts'
import { ENTRY_KEYS, pageOfEntries } from './page-of-entries.ts'

const KEYS = { ...ENTRY_KEYS, name: ({ name }: { readonly name: string }) => name }
const entries = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    name: fc.constantFrom('a', 'b', 'c'),
    createdAt: fc.date({ min: new Date(0), max: new Date(5000), noInvalidDate: true }),
  }),
  { selector: ({ id }) => id, maxLength: 12 },
)

test('pages one after the other are the whole list, in its order and each entry once', () => {
  const sort = fc.constantFrom('id', 'name', 'created_at')
  fc.assert(
    fc.property(
      entries,
      sort,
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      (items, sort, descending, limit) => {
        const whole = pageOfEntries(items, KEYS, { sort, descending, limit: 100, after: null })
        assert.equal(whole.next, null)
        const found = []
        let after: SortedPageRequest['after'] = null
        do {
          const page: typeof whole = pageOfEntries(items, KEYS, { sort, descending, limit, after })
          assert.ok(page.items.length <= limit)
          found.push(...page.items)
          after = page.next
        } while (after !== null)
        assert.deepEqual(found, whole.items)
        assert.equal(found.length, items.length)
        const key = KEYS[sort]
        const values = found.map(key)
        assert.deepEqual(descending ? values.toReversed() : values, items.map(key).sort())
      },
    ),
  )
})
