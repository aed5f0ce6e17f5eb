import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { Type } from 'typebox'
import { buildHttp as build } from '../../../test/http.ts'
import { CroftError } from '../errors/index.ts'
import type { HttpApp } from './create-http.ts'
import { operationFaults } from './operations.ts'

const named = (operation: string) => ({ config: { operation: `test.${operation}` } })

function addEcho(app: HttpApp): void {
  const Body = Type.Object({ count: Type.Integer({ minimum: 1 }), name: Type.String({ default: 'Ada' }) })
  app.post('/echo/:id', { ...named('echo'), schema: { body: Body } }, async ({ body }) => body)
  const Query = Type.Object({ limit: Type.Integer({ default: 5 }), all: Type.Optional(Type.Boolean()) })
  app.get('/query', { ...named('query'), schema: { querystring: Query } }, async ({ query }) => query)
  app.post('/bodyless', named('bodyless'), async ({ body }) => ({ body: body ?? null }))
}

test('bodies are checked without conversion, queries with it', async (t) => {
  const { app } = build(t)
  addEcho(app)
  const post = (payload: object) => app.inject({ method: 'POST', url: '/echo/1', payload })
  assert.deepEqual((await post({ count: 2, more: true })).json(), { count: 2, name: 'Ada', more: true })
  for (const count of ['2', 0, 1.5, null, undefined, true]) {
    const { statusCode, body } = await post({ count })
    assert.equal(statusCode, 422, body)
    assert.match(body, /count/)
  }
  assert.deepEqual((await app.inject('/query?limit=7&all=true')).json(), { limit: 7, all: true })
  assert.deepEqual((await app.inject('/query')).json(), { limit: 5 })
  for (const limit of ['many', '1.5', '1e3', '', 'true']) {
    assert.equal((await app.inject(`/query?limit=${limit}`)).statusCode, 422, limit)
  }
})

test('bodies that are no JSON, of another type, too large or poisoned are refused without being quoted', async (t) => {
  const { app, lines } = build(t)
  addEcho(app)
  const send = (payload: string, type = 'application/json', url = '/echo/1') =>
    app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } })
  for (const [payload, status, type] of [
    ['{"hunter2', 400],
    ['hunter2', 400],
    ['{"count":1,"__proto__":{"hunter2":1}}', 400],
    ['{"count":1,"constructor":{"prototype":{"hunter2":1}}}', 400],
    [`{"count":1,"hunter2":${'['.repeat(400)}${']'.repeat(400)}}`, 400],
    ['hunter2', 400, 'text/plain'],
    ['hunter2=1', 400, 'application/x-www-form-urlencoded'],
    [JSON.stringify({ count: 1, name: 'hunter2'.repeat(200) }), 413],
    ['', 422],
    ['[]', 422],
  ] as const) {
    const response = await send(payload, type)
    assert.equal(response.statusCode, status, `${payload}: ${response.body}`)
    assert.match(`${response.headers['content-type']}`, /problem\+json/)
    assert.ok(!response.body.includes('hunter2'), response.body)
  }
  assert.ok(!lines.join('').includes('hunter2'))
  assert.deepEqual((await send('', 'application/json', '/bodyless')).json(), { body: null })
  assert.deepEqual((await app.inject({ method: 'POST', url: '/bodyless' })).json(), { body: null })
})

test('every answer has ids and security headers, also one that fails', async (t) => {
  const { app } = build(t)
  addEcho(app)
  for (const url of [
    '/query',
    '/nowhere',
    '/query?limit=x',
    '/livez',
    '/%E0%A4%A',
    `/echo/${'x'.repeat(200)}`,
  ]) {
    const { headers } = await app.inject({ url, headers: { 'x-request-id': 'from-me.1_2' } })
    assert.equal(headers['x-request-id'], 'from-me.1_2', url)
    assert.match(`${headers.traceparent}`, /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/, url)
    assert.equal(headers['x-content-type-options'], 'nosniff', url)
    assert.equal(headers['cache-control'], 'no-store', url)
    assert.equal(headers.server, undefined)
  }
})

test('request ids that could do harm are replaced', async (t) => {
  const { app } = build(t)
  for (const id of ['', 'a b', 'x'.repeat(65), '<script>', 'ä']) {
    const { headers } = await app.inject({ url: '/livez', headers: { 'x-request-id': id } })
    assert.match(`${headers['x-request-id']}`, /^[0-9a-f-]{36}$/)
  }
})

test('a trace is continued with a span of our own, and a broken one replaced', async (t) => {
  const { app } = build(t)
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  const span = '00f067aa0ba902b7'
  const answered = async (traceparent: string) =>
    `${(await app.inject({ url: '/livez', headers: { traceparent } })).headers.traceparent}`
  const continued = await answered(`00-${trace}-${span}-01`)
  assert.match(continued, new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`))
  assert.ok(!continued.includes(span))
  assert.match(await answered(`cc-${trace}-${span}-01-more`), new RegExp(trace))
  for (const broken of [
    `ff-${trace}-${span}-01`,
    `00-${trace}-${span}-01-more`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    'nonsense',
  ]) {
    assert.doesNotMatch(await answered(broken), new RegExp(trace, 'i'), broken)
  }
})

test('what is not there is 404, and 405 with Allow when another method is', async (t) => {
  const { app } = build(t)
  addEcho(app)
  const missing = await app.inject('/nowhere?secret=1')
  assert.equal(missing.statusCode, 404)
  assert.equal(missing.json().code, 'route-not-found')
  assert.ok(!missing.body.includes('secret'))
  const long = await app.inject({ method: 'POST', url: `/echo/${'x'.repeat(200)}` })
  assert.equal(long.json().code, 'route-not-found')
  assert.equal((await app.inject('/%E0%A4%A')).json().code, 'malformed-request')
  const wrong = await app.inject({ method: 'DELETE', url: '/echo/1' })
  assert.equal(wrong.statusCode, 405)
  assert.equal(wrong.headers.allow, 'POST')
  assert.equal((await app.inject({ method: 'PUT', url: '/query' })).headers.allow, 'GET, HEAD')
})

test('failures below a path are worded by its dialect, the longest path first', async (t) => {
  const { app } = build(t)
  app.errorsBelow('/v1', (error) => ({ status: 418, body: { one: error.code } }))
  app.errorsBelow('/v1/inner', (error) => ({ status: 419, body: { inner: error.code } }))
  assert.deepEqual((await app.inject('/v1/x')).json(), { one: 'route-not-found' })
  assert.deepEqual((await app.inject('/v1/inner/x')).json(), { inner: 'route-not-found' })
  assert.equal((await app.inject('/v12')).statusCode, 404)
})

test('unforeseen errors are 500 without their text; the log has it', async (t) => {
  const { app, lines } = build(t)
  app.get('/fail', named('fail'), async () => {
    throw new Error('the inside of things')
  })
  app.get('/away', named('away'), async () => {
    throw Object.assign(new Error('terminating connection'), { code: '57P01' })
  })
  app.get('/coded', named('coded'), async () => {
    throw new CroftError('rate-limited', 'slower', { retryAfter: 1.2 })
  })
  const failed = await app.inject('/fail')
  assert.equal(failed.statusCode, 500)
  assert.equal(failed.json().code, 'internal')
  assert.ok(!failed.body.includes('inside'))
  assert.ok(lines.some((line) => line.includes('inside of things') && line.includes('test.fail')))
  assert.equal((await app.inject('/away')).statusCode, 503)
  const coded = await app.inject('/coded')
  assert.equal(coded.statusCode, 429)
  assert.equal(coded.headers['retry-after'], '2')
})

test('readiness follows its parts, and a check that hangs or fails is a part that is away', async (t) => {
  let parts: () => Promise<Record<string, boolean>> = async () => ({ database: true, queue: true })
  const { app } = build(t, { ready: () => parts() })
  assert.deepEqual((await app.inject('/livez')).json(), { live: true })
  assert.deepEqual((await app.inject('/readyz')).json(), {
    ready: true,
    draining: false,
    parts: { database: true, queue: true },
  })
  parts = async () => ({ database: false, queue: true })
  assert.equal((await app.inject('/readyz')).statusCode, 503)
  parts = () => Promise.reject(new Error('no'))
  assert.equal((await app.inject('/readyz')).statusCode, 503)
  parts = () => new Promise(() => undefined)
  assert.equal((await app.inject('/readyz')).statusCode, 503)
})

test('metrics count by operation and status class, and never by path', async (t) => {
  const { app } = build(t)
  addEcho(app)
  await app.inject('/query')
  await app.inject('/query?limit=x')
  await app.inject('/some/private/path')
  const { body, headers } = await app.inject('/metrics')
  assert.match(`${headers['content-type']}`, /text\/plain/)
  assert.match(body, /croft_http_request_duration_seconds_count\{operation="test.query",status="2xx"\} 1/)
  assert.match(body, /croft_http_request_duration_seconds_count\{operation="test.query",status="4xx"\} 1/)
  assert.match(body, /croft_http_request_duration_seconds_count\{operation="unknown",status="4xx"\} 1/)
  assert.match(body, /process_cpu_seconds_total/)
  assert.ok(!body.includes('private'))
})

test('requests are logged with their operation and ids, and without their query', async (t) => {
  const { app, lines } = build(t)
  addEcho(app)
  const { headers } = await app.inject({ method: 'POST', url: '/bodyless?code=hunter2' })
  const line = JSON.parse(lines.find((text) => text.includes('"request"')) ?? '{}')
  assert.equal(line.operation, 'test.bodyless')
  assert.equal(line.path, '/bodyless')
  assert.equal(line.reqId, headers['x-request-id'])
  assert.ok(`${headers.traceparent}`.includes(line.traceId))
  assert.ok(!lines.join('').includes('hunter2'))
})

test('routes without a name, or with the name of another, are found', async (t) => {
  const { app } = build(t)
  app.get('/one', named('get'), async () => 1)
  app.register(async (scope) => {
    scope.get('/two', named('get'), async () => 2)
    scope.get('/three', async () => 3)
    scope.get('/four', { config: { operation: 'Bad Name' } }, async () => 4)
  })
  await app.ready()
  assert.deepEqual(operationFaults(app.registeredRoutes()), [
    'GET /two and GET /one are both test.get',
    'GET /three has no operation name',
    'GET /four: "Bad Name" is not of the form dialect.verbNoun',
  ])
})

test('draining lets a request end, tells clients to go and takes no new connection', async (t) => {
  const { app } = build(t)
  let finish: () => void = () => undefined
  const started = new Promise<void>((resolve) => {
    app.get('/slow', named('slow'), async () => {
      resolve()
      await new Promise<void>((end) => {
        finish = end
      })
      return { done: true }
    })
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const answer = fetch(`${url}/slow`)
  await started
  const drained = app.drain(30_000)
  await assert.rejects(fetch(`${url}/livez`))
  finish()
  const response = await answer
  assert.deepEqual(await response.json(), { done: true })
  assert.equal(response.headers.get('connection'), 'close')
  await drained
})

test('draining cuts off what does not end', async (t) => {
  const { app } = build(t)
  const started = new Promise<void>((resolve) => {
    app.get('/never', named('never'), () => {
      resolve()
      return new Promise(() => undefined)
    })
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const answer = fetch(`${url}/never`)
  await started
  await Promise.all([app.drain(10), assert.rejects(answer)])
})

test('bytes that are no HTTP are answered and do no harm', async (t) => {
  const { app } = build(t)
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const socket = connect(Number(url.port), url.hostname)
  socket.write('NONSENSE\r\n\r\n')
  let text = ''
  for await (const chunk of socket) text += chunk
  assert.match(text, /^HTTP\/1\.1 400 /)
  assert.equal((await fetch(new URL('/livez', url))).status, 200)
})
