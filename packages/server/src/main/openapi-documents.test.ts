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

test('every field of every schema is explained', async () => {
  const knownExceptions = new Set([
    'type',
    'data',
    'error',
    'pagination',
    'unit',
    'meta',
    'period',
    'metrics',
  ])
  for (const [file, text] of await openApiDocuments()) {
    const faults = [...unexplained(JSON.parse(text), file)].filter(
      (at) => !knownExceptions.has(at.split('/').at(-1) ?? ''),
    )
    assert.deepEqual(faults, [])
  }
})

function* unexplained(node: unknown, at: string): Generator<string> {
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties') {
      for (const [name, schema] of Object.entries<object>(value)) {
        if (!('description' in schema) && !('const' in schema)) yield `${at}/${name}`
        yield* unexplained(schema, `${at}/${name}`)
      }
    } else yield* unexplained(value, at)
  }
}
