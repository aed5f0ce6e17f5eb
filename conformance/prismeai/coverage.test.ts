import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'

const dataDirectory = await newDataDirectory()
const croft = await startCroft(dataDirectory)
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const { url, serviceToken } = croft.bootstrap

const table = await readFile(join(import.meta.dirname, 'COVERAGE.md'), 'utf8')
const rows = Array.from(
  table.matchAll(/^\| (GET|POST|PUT|PATCH|DELETE) \| `([^`]+)` \| (\w+) \| (.*) \|$/gm),
  ([, method = '', path = '', treatment = '', notes = '']) => ({ method, path, treatment, notes }),
)
const done = rows.filter(({ treatment }) => treatment === 'done')
const refused = rows.filter(({ treatment }) => treatment === 'refused')

const call = (method: string, path: string, headers: Record<string, string>) =>
  fetch(`${url}${path.replaceAll(/\{\w+\}/g, 'nothing')}`, { method, headers })
const authorization = `Bearer ${serviceToken}`

test('what COVERAGE.md refuses is refused with its reason, after the login', async () => {
  assert.equal(rows.length, done.length + refused.length)
  assert.ok(refused.length > 40)
  for (const { method, path, notes } of refused) {
    const answer = await call(method, path, { authorization })
    const body = (await answer.json()) as { error: string; message: string }
    assert.deepEqual([answer.status, body.error], [501, 'NotSupported'], `${method} ${path}`)
    assert.ok(body.message.includes(notes), `${body.message} does not say: ${notes}`)
    assert.equal((await call(method, path, {})).status, 401, `${method} ${path}`)
  }
})

test('what COVERAGE.md calls done answers, and is what the server’s own document has', async () => {
  const document = (await (await fetch(`${url}/v2/openapi.json`)).json()) as { paths: Record<string, object> }
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  assert.deepEqual(documented.sort(), done.map(({ method, path }) => `${method} ${path}`).sort())
  for (const { method, path } of done) {
    const answer = await call(method, path, {})
    assert.equal(answer.status, 401, `${method} ${path} without credentials`)
    assert.deepEqual(await answer.json(), { error: 'AuthenticationError', message: 'Unauthenticated' })
  }
})
