import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { errorHandler } from '../../platform/http/index.ts'
import { registerDocs } from './index.ts'

const app = Fastify()
app.setErrorHandler(
  errorHandler((error) => ({ status: error.code === 'route-not-found' ? 404 : 500, body: error.code })),
)
registerDocs(app)

test('pages are found with and without their ending, and headings have anchors', async () => {
  for (const url of ['/docs/reference/errors.md', '/docs/reference/errors']) {
    const { statusCode, body } = await app.inject(url)
    assert.equal(statusCode, 200)
    assert.match(body, /<h3 id="database-not-found">/)
  }
  assert.match((await app.inject('/docs/')).body, /<h1 id="/)
  assert.equal((await app.inject('/docs')).headers.location, '/docs/')
})

test('nothing outside the documentation is served', async () => {
  for (const url of [
    '/docs/nothing',
    '/docs/../package.json',
    '/docs/%2e%2e/README',
    '/docs/..%2fREADME.md',
    '/docs/adr',
  ])
    assert.equal((await app.inject(url)).statusCode, 404, url)
})
