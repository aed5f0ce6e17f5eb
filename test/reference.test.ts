import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { referencePages } from '../scripts/reference-pages.ts'
import { ROOT } from './source-files.ts'

test('the reference pages that are made from code are those of the code', async () => {
  for (const [file, text] of await referencePages()) {
    const committed = await readFile(join(ROOT, 'docs/reference', file), 'utf8')
    assert.ok(
      committed === text,
      `docs/reference/${file} is stale: run "npx node scripts/write-reference.ts" and commit it`,
    )
    assert.ok(text.length > 2000, `docs/reference/${file} is nearly empty`)
  }
})
