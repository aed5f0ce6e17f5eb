import assert from 'node:assert/strict'
import { test } from 'node:test'
import { html, toText } from '../../page/html.ts'
import { formatBytes, formatTime } from './format.ts'

test('sizes have a unit that suits them', () => {
  const sizes = [0, 1, 1023, 1024, 1536, 38_873_179, 1024 ** 3, 5 * 1024 ** 4, 1024 ** 7]
  const texts = [
    '0 bytes',
    '1 bytes',
    '1023 bytes',
    '1 kB',
    '1.5 kB',
    '37.1 MB',
    '1 GB',
    '5 TB',
    '1048576 PB',
  ]
  assert.deepEqual(sizes.map(formatBytes), texts)
})

test('days and moments are told in UTC; what is neither stays as it is', () => {
  const textOf = (iso: string) => toText(html`${formatTime(iso)}`)
  assert.equal(textOf('2026-11-22'), '<time datetime="2026-11-22">22 November 2026</time>')
  assert.match(textOf('2026-11-22T16:07:00.000Z'), />22 November 2026 at 16:07 UTC</)
  assert.equal(textOf('<soon>'), '&lt;soon&gt;')
})
