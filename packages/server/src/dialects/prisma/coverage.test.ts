import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createPrismaApp } from '../../../test/prisma-app.ts'

const inventory = join(import.meta.dirname, '../../../../../conformance/prisma/COVERAGE.md')

interface Row {
  readonly operation: string
  readonly treatment: string
  readonly notes: string
}

async function readInventory(): Promise<Row[]> {
  const text = await readFile(inventory, 'utf8')
  return [...text.matchAll(/^\| ([A-Z]+) \| `([^`]+)` \| (\w+) \| (.*?) ?\|$/gm)].map(
    ([, method, path, treatment = '', notes = '']) => ({ operation: `${method} ${path}`, treatment, notes }),
  )
}

/** Every operation that the SDK has types for, from its declarations. */
async function sdkOperations(): Promise<string[]> {
  const entry = createRequire(import.meta.url).resolve('@prisma/management-api-sdk')
  const types = await readFile(join(dirname(entry), 'index.d.ts'), 'utf8')
  const operations: string[] = []
  for (const [, path, methods = ''] of types.matchAll(/^ {2}"(\/v1\/[^"]+)": \{\n(.*?)^ {2}\};/gms)) {
    for (const [, method = ''] of methods.matchAll(/^ {4}(get|put|post|patch|delete): operations/gm)) {
      operations.push(`${method.toUpperCase()} ${path}`)
    }
  }
  return operations
}

const toOperation = ({ method, url }: { method: string; url: string }) =>
  `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`

test('the inventory has every operation of the SDK, once', async () => {
  const listed = (await readInventory()).map(({ operation }) => operation)
  const known = await sdkOperations()
  assert.equal(known.length, 118)
  assert.deepEqual(
    known.filter((operation) => !listed.includes(operation)),
    [],
  )
  assert.equal(new Set(listed).size, listed.length)
})

test('what the inventory says of a route is what the route does', async (t: TestContext) => {
  const { app, token } = await createPrismaApp(t)
  await app.ready()
  const registered = new Set(app.registeredRoutes().map(toOperation))
  const rows = await readInventory()
  for (const { operation, treatment, notes } of rows) {
    const [method = '', path = ''] = operation.split(' ')
    // The pages of the reference are the application's, for all dialects.
    if (path === '/v1/swagger-editor') continue
    const url = path.replaceAll(/\{\w+\}/g, '-')
    const { statusCode, body } = await app.inject({
      method: method as 'GET',
      url,
      headers: { authorization: `Bearer ${token}` },
    })
    if (treatment === 'refused') {
      assert.equal(statusCode, 501, operation)
      assert.ok(notes.length > 0 && body.includes(notes), `${operation}: ${notes}`)
    } else {
      assert.equal(treatment, 'done', operation)
      assert.ok(statusCode < 500, operation)
      assert.ok(registered.has(operation), operation)
    }
  }
})

test('what is registered is in the inventory, and every route has a name of its own', async (t) => {
  const { app } = await createPrismaApp(t)
  const listed = new Set((await readInventory()).map(({ operation }) => operation))
  const routes = app
    .registeredRoutes()
    .filter(({ method, url }) => method !== 'HEAD' && url.startsWith('/v1/'))
  for (const route of routes) assert.ok(listed.has(toOperation(route)), toOperation(route))
  const names = routes.map(({ operation }) => operation)
  assert.equal(new Set(names).size, names.length)
})
