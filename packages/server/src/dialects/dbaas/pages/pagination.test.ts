import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toText } from '../../page/html.ts'
import { pagination } from './pagination.ts'

const self = 'http://localhost/api/database/'
const at = (page: number | null) => (page === null ? null : `${self}?page=${page}&page_size=10`)
const print = (count: number, shown: number, previous: number | null, next: number | null) =>
  toText(pagination({ self, count, previous: at(previous), next: at(next) }, shown))

test('a page says which of all it shows, and leads to its neighbours', () => {
  assert.match(print(27, 10, null, 2), /1–10 of 27/)
  assert.match(
    print(27, 10, 1, 3),
    /11–20 of 27.*href="\/api\/database\/\?page=1&amp;page_size=10".*Page 2.*page=3/s,
  )
  assert.match(print(27, 7, 2, null), /21–27 of 27/)
  assert.doesNotMatch(print(27, 7, 2, null), /Next/)
})

test('one page needs no way to others, an empty list none at all', () => {
  assert.match(print(3, 3, null, null), /3 in all/)
  assert.doesNotMatch(print(3, 3, null, null), /<nav/)
  assert.equal(print(0, 0, null, null), '')
})
