import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { NOTHING } from './sdk/setup.ts'

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

const call = (method: string, path: string, headers: Record<string, string>) =>
  fetch(`${url}${path.replaceAll(/\{\w+\}/g, NOTHING)}`, { method, headers, redirect: 'manual' })
const authorization = `Bearer ${serviceToken}`

test('what COVERAGE.md refuses is refused with its reason, after the login', async () => {
  const refused = rows.filter(({ treatment }) => treatment === 'refused')
  assert.ok(refused.length > 50)
  for (const { method, path, notes } of refused) {
    const answer = await call(method, path, { authorization })
    const body = (await answer.json()) as { error: { code: string; message: string } }
    assert.equal(answer.status, 501, `${method} ${path}`)
    assert.equal(body.error.code, 'not-supported')
    assert.ok(body.error.message.includes(notes), `${body.error.message} does not say: ${notes}`)
    assert.equal((await call(method, path, {})).status, 401, `${method} ${path}`)
  }
})

test('what COVERAGE.md calls done answers, and is what the server’s own document has', async () => {
  const done = rows.filter(({ treatment }) => treatment === 'done')
  assert.equal(rows.length, done.length + rows.filter(({ treatment }) => treatment === 'refused').length)
  const document = (await (await fetch(`${url}/v1/doc`)).json()) as { paths: Record<string, object> }
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const open = new Set(['/v1/doc', '/v1/swagger-editor'])
  const management = done.filter(({ path }) => path.startsWith('/v1/') && !open.has(path))
  assert.deepEqual(documented.sort(), management.map(({ method, path }) => `${method} ${path}`).sort())
  for (const { method, path } of management) {
    assert.equal((await call(method, path, {})).status, 401, `${method} ${path} without a token`)
  }
  for (const { method, path } of done.filter((row) => !management.includes(row))) {
    const answer = await call(method, path, {})
    assert.ok(answer.status < 500, `${method} ${path}`)
    // What is not there at all is told as a problem document or by a code of its own.
    const text = await answer.text()
    assert.ok(answer.status !== 404 || path === '/claim', `${method} ${path} is not there: ${text}`)
  }
})

test('what is in no document is not there', async () => {
  const answer = await call('GET', '/v1/nonsense', { authorization })
  assert.equal(answer.status, 404)
  const body = (await answer.json()) as { error: { code: string } }
  assert.equal(body.error.code, 'resource-not-found')
})
