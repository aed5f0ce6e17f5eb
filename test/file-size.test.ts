import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { listSourceFiles, ROOT } from './source-files.ts'

const MAX_LINES = 500
const MEDIAN_LINES = 80
/** Names of bags that anything fits into. `service-token` is a noun of ours, so only the bare word counts. */
const BAGS = /^(.*-)?(utils?|helpers?|common|misc|manager|service|base)(s)?\.(test\.)?(ts|mjs)$/

const files = listSourceFiles()
const lengths = files.map((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1)

test('no file is too long to be read at once', () => {
  const long = files.filter((_, i) => (lengths[i] ?? 0) > MAX_LINES)
  assert.deepEqual(long, [], `over ${MAX_LINES} lines: find the second thing in them`)
})

test('most files are short', () => {
  const sorted = lengths.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  assert.ok(sorted.length > 100, 'the search for files finds too little')
  assert.ok(
    median < MEDIAN_LINES,
    `the median file has ${median} lines; it should stay under ${MEDIAN_LINES}`,
  )
})

test('files are named for what they do', () => {
  assert.deepEqual(
    files.filter((file) => BAGS.test(basename(file))),
    [],
  )
  for (const bag of ['utils.ts', 'string-helpers.ts', 'key-manager.ts', 'common.test.ts'])
    assert.match(bag, BAGS)
  for (const noun of ['service-token.ts', 'service-tokens.ts', 'base36.ts']) assert.doesNotMatch(noun, BAGS)
})
