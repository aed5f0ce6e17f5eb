import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrismaApp } from '../../../test/prisma-app.ts'

// Envelopes and constants say all by their names.
const UNEXPLAINED = ['type', 'data', 'error', 'pagination', 'unit', 'meta', 'period', 'metrics']

/** Paths of properties without a description. */
function* unexplained(node: unknown, at: string): Generator<string> {
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    if (key !== 'properties') {
      yield* unexplained(value, at)
      continue
    }
    for (const [name, schema] of Object.entries<object>(value)) {
      if (!('description' in schema) && !UNEXPLAINED.includes(name)) yield `${at}/${name}`
      yield* unexplained(schema, `${at}/${name}`)
    }
  }
}

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly responses: Readonly<Record<string, { readonly description: string }>>
}

test('the document explains every operation, status and field', async (t) => {
  const { app } = await createPrismaApp(t)
  const document = (await app.inject('/v1/doc')).json<{ paths: Record<string, Record<string, Operation>> }>()
  assert.deepEqual([...unexplained(document, '')], [])
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
  assert.equal(operations.length, 44)
  for (const { operationId, summary, responses } of operations) {
    assert.ok(summary, operationId)
    for (const [status, { description }] of Object.entries(responses)) {
      assert.ok(description && description !== 'Default Response', `${operationId} ${status}`)
    }
  }
})
