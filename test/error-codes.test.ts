import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { dialectFaults } from '../packages/server/src/dialects/check-dialect.ts'
import { ERROR_CODES } from '../packages/server/src/platform/errors/index.ts'
import { dialects } from './offline-server.ts'
import { ROOT } from './source-files.ts'
import { statusLine } from './status-line.ts'

for (const dialect of dialects) {
  test(`${dialect.name} has words for every error code`, async () => {
    assert.deepEqual(await dialectFaults(dialect), [])
  })
}

test('every error code is documented with what each API answers, and nothing else is', () => {
  const page = readFileSync(join(ROOT, 'docs/reference/errors.md'), 'utf8')
  const sections = page.split(/^### /m).slice(1)
  const documented = sections.map((section) => section.split('\n')[0])
  assert.deepEqual(documented, [...ERROR_CODES])
  for (const [i, code] of ERROR_CODES.entries()) {
    const [, blank, status, second, cause] = sections[i]?.split('\n') ?? []
    assert.deepEqual([blank, status, second], ['', statusLine(code), ''], `docs/reference/errors.md#${code}`)
    assert.ok(cause, `${code} has no cause`)
  }
})
