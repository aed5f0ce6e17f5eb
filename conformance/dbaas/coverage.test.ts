import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { dbaasClient } from './client.ts'

const dataDirectory = await newDataDirectory()
const croft = await startCroft(dataDirectory)
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const { send, url } = dbaasClient(croft)

const table = await readFile(join(import.meta.dirname, 'COVERAGE.md'), 'utf8')
const rows = Array.from(
  table.matchAll(/^\| (GET|POST|PUT|PATCH|DELETE|OPTIONS) \| `([^`]+)` \| (\w+) \|/gm),
  ([, method = '', path = '', treatment = '']) => ({ method, path, treatment }),
)
const done = rows.filter(({ treatment }) => treatment === 'done')
const absent = rows.filter(({ treatment }) => treatment === 'absent')

test('what COVERAGE.md calls done answers, and is what the server’s own document has', async () => {
  assert.equal(rows.length, done.length + absent.length)
  const document = (await (await fetch(`${url}/api/database/openapi.json`)).json()) as {
    paths: Record<string, object>
  }
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const listed = done.filter(({ method }) => method !== 'OPTIONS')
  assert.deepEqual(documented.sort(), listed.map(({ method, path }) => `${method} ${path}`).sort())
  for (const { method, path } of done) {
    const answer = await send(method, path.replace('{id}', '1'), { as: null })
    assert.equal(answer.status, 401, `${method} ${path} without credentials`)
    assert.deepEqual(answer.body.detail, 'Authentication credentials were not provided.')
    const bare = await send(method, path.replace('{id}', '1').slice(0, -1), { as: null })
    if (path !== '/api/') assert.equal(bare.status, 301, `${method} ${path} without its slash`)
  }
})

test('what it calls absent is not there', async () => {
  for (const { method, path } of absent) {
    const answer = await send(method, path.replace('{id}', '1'))
    assert.equal(answer.status, 404, `${method} ${path}`)
  }
})
