import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openApiDocuments } from './openapi-documents.ts'

const directory = join(import.meta.dirname, '../../../../openapi')

test('the committed OpenAPI documents are those of the routes', async () => {
  for (const [file, text] of await openApiDocuments()) {
    const committed = await readFile(join(directory, file), 'utf8')
    assert.ok(committed === text, `openapi/${file} is stale: run "npm run openapi" and commit it`)
  }
})

test('documents do not depend on when or in which order they are made', async () => {
  assert.deepEqual([...(await openApiDocuments())], [...(await openApiDocuments())])
})
