import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { buildHttp } from '../../../test/http.ts'
import { registerReference } from './index.ts'

const DOCUMENTS = [
  { slug: 'one', title: 'One <API>', url: '/one.json', editorPath: '/one/editor' },
  { slug: 'two', title: 'Two', url: '/two.json' },
]

test('the reference shows every document and loads nothing from elsewhere', async (t) => {
  const { app } = buildHttp(t)
  registerReference(app, DOCUMENTS)
  const page = await app.inject('/reference')
  assert.equal(page.statusCode, 200)
  assert.doesNotMatch(page.body, /https?:\/\//)
  assert.match(String(page.headers['content-security-policy']), /connect-src 'self'/)
  const start = await app.inject('/reference/start.js')
  for (const { url } of DOCUMENTS) assert.ok(start.body.includes(url))
  for (const [, src = ''] of page.body.matchAll(/src="([^"]+)"/g)) {
    assert.equal((await app.inject(src)).statusCode, 200, src)
  }
})

test('an API with an editor of its own shows its document alone', async (t) => {
  const { app } = buildHttp(t)
  registerReference(app, DOCUMENTS)
  const page = await app.inject('/one/editor')
  assert.ok(page.body.includes('One &lt;API&gt;') && page.body.includes('/reference/one.js'))
  const start = await app.inject('/reference/one.js')
  assert.ok(start.body.includes('/one.json') && !start.body.includes('/two.json'))
})

test('the viewer is sent compressed to who takes it, and not again to who has it', async (t) => {
  const { app } = buildHttp(t)
  registerReference(app, DOCUMENTS)
  const plain = await app.inject('/reference/scalar.js')
  const gzipped = await app.inject({
    url: '/reference/scalar.js',
    headers: { 'accept-encoding': 'br, gzip' },
  })
  assert.equal(gzipped.headers['content-encoding'], 'gzip')
  assert.ok(gunzipSync(gzipped.rawPayload).equals(plain.rawPayload))
  const headers = { 'if-none-match': String(plain.headers.etag) }
  assert.equal((await app.inject({ url: '/reference/scalar.js', headers })).statusCode, 304)
})
