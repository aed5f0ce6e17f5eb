import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { asPassword } from './dbaas/basic.ts'
import { rawRequest } from './raw-request.ts'

const BODY_LIMIT = 32_768

const dataDirectory = await newDataDirectory()
let croft: Croft

before(async () => {
  croft = await startCroft(dataDirectory, { CROFT_BODY_LIMIT: String(BODY_LIMIT) })
})
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})

const bearer = () => ({ authorization: `Bearer ${croft.bootstrap.serviceToken}` })
/** As the API that the path is of wants it. */
const forPath = (path: string) =>
  /^\/api\/(?!croft)/.test(path) ? asPassword(croft.bootstrap.serviceToken) : bearer()
const json = { 'content-type': 'application/json' }

async function get(path: string, init: RequestInit = {}) {
  const response = await fetch(`${croft.bootstrap.url}${path}`, { redirect: 'manual', ...init })
  const text = await response.text()
  assert.ok(response.status < 500, `${path}: ${text}`)
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff', path)
  assert.match(response.headers.get('x-request-id') ?? '', /^[\w.-]{1,64}$/, path)
  return { status: response.status, headers: response.headers, text }
}

/** The code of an error, which must have the shape of the dialect that the path is of. */
function codeOf(path: string, text: string): string {
  const body = JSON.parse(text)
  if (/^\/v1(\/|$|\?)/.test(path)) {
    assert.ok(Object.keys(body).every((key) => key === 'error') && body.error.message, text)
    return body.error.code
  }
  for (const key of ['type', 'status', 'detail', 'requestId'])
    assert.ok(key in body, `${path} ${key}: ${text}`)
  return body.code
}

test('paths that are not there, in the words of the dialect they would be of', async () => {
  const prisma = [
    '/v1',
    '/v1/',
    '/v1/nothing',

    '/v1/projects/x/y/z',
    '/v1/Projects',
    '/v1//projects',
  ]
  const own = [
    '/api/croft/v1',
    '/api/croft/v1/nothing',

    '/api/croft',
    '/nothing',
    '/V1/projects',
  ]
  for (const path of [...prisma, ...own]) {
    for (const headers of [{}, bearer()]) {
      const { status, text } = await get(path, { headers })
      assert.equal(status, 404, `${path}: ${text}`)
      assert.equal(codeOf(path, text), path.startsWith('/v1') ? 'resource-not-found' : 'route-not-found')
    }
  }
})

test('paths that are not there, as the DBaaS API’s framework told of them', async () => {
  for (const path of [
    '/api/database/1/nothing/',
    '/api/credential/1/reset_password/x/',
    `/api/database/${'x'.repeat(8000)}/`,
  ]) {
    for (const headers of [{}, asPassword(croft.bootstrap.serviceToken)]) {
      const { status, text } = await get(path, { headers })
      assert.equal(status, 404, path)
      assert.match(text, /^<h1>Not Found<\/h1>/)
    }
  }
  // Whoever forgets the slash is sent on, and to no other host.
  for (const path of [
    '/api/database',
    '/api/database/1',
    '/api/plan?page=1',
    '/api/database/%2f%2fevil.example',
  ]) {
    const { status, headers } = await get(path)
    assert.equal(status, 301, path)
    assert.equal(new URL(headers.get('location') ?? '').origin, croft.bootstrap.url)
  }
  for (const path of ['/api/nothing/', '/api/Database/', '/api//database/', '/api']) {
    const { status, text } = await get(path, { headers: bearer() })
    assert.deepEqual([status, codeOf(path, text)], [404, 'route-not-found'], path)
  }
})

test('a slash at the end is an id that is empty', async () => {
  for (const path of ['/v1/projects/', '/v1/databases/', '/api/croft/v1/databases/']) {
    assert.equal((await get(path)).status, 401)
    const { status, text } = await get(path, { headers: bearer() })
    assert.deepEqual([status, codeOf(path, text).includes('not-found')], [404, true], text)
  }
})

test('methods that a path does not have', async () => {
  for (const [method, path, allow] of [
    ['PUT', '/v1/projects', 'GET, HEAD, POST'],
    ['PATCH', '/v1/me', 'GET, HEAD'],
    ['POST', '/v1/me', 'GET, HEAD'],
    ['OPTIONS', '/v1/projects', 'GET, HEAD, POST'],
    ['PUT', '/api/croft/v1/databases/x', 'DELETE, GET, HEAD, PATCH'],
    ['OPTIONS', '/api/croft/v1/databases', 'GET, HEAD, POST'],
    ['DELETE', '/livez', 'GET, HEAD'],
  ] as const) {
    const { status, headers, text } = await get(path, { method, headers: bearer() })
    assert.deepEqual([status, headers.get('allow')], [405, allow], `${method} ${path}: ${text}`)
    assert.match(codeOf(path, text), path.startsWith('/v1') ? /^client-error$/ : /^method-not-allowed$/)
    // No other site's page may call it.
    assert.equal(headers.get('access-control-allow-origin'), null)
  }
})

test('HEAD is GET without the body', async () => {
  for (const path of [
    '/',
    '/v1/me',
    '/v1/projects',
    '/api/croft/v1/databases',
    '/livez',
    '/v1/projects/x',
    '/api/',
    '/api/database/x/',
  ]) {
    const shown = await get(path, { headers: forPath(path) })
    const head = await get(path, { method: 'HEAD', headers: forPath(path) })
    assert.deepEqual([head.status, head.text], [shown.status, ''], path)
    assert.equal(head.headers.get('content-type'), shown.headers.get('content-type'), path)
  }
  assert.equal((await get('/v1/projects', { method: 'HEAD' })).status, 401)
})

test('request ids of callers are kept when they are harmless', async () => {
  const { url } = croft.bootstrap
  for (const id of ['abc', 'A.b_c-9', 'x'.repeat(64)]) {
    const { headers } = await get('/v1/me', { headers: { 'x-request-id': id } })
    assert.equal(headers.get('x-request-id'), id)
  }
  for (const id of [
    '',
    'x'.repeat(65),
    'a b',
    'a"b',
    '<script>',
    'a%0d%0aset-cookie:x=y',
    'a\tb',
    '\xe9',
    'a, b',
    '{x}',
  ]) {
    const answer = await rawRequest(url, ['GET /v1/me HTTP/1.1', 'Host: localhost', `X-Request-Id: ${id}`])
    assert.match(answer, /^HTTP\/1\.1 401 /, id)
    assert.match(answer, /\r\nx-request-id: [0-9a-f-]{36}\r\n/, id)
    assert.doesNotMatch(answer, /set-cookie/i)
  }
  const twice = ['GET /v1/me HTTP/1.1', 'Host: localhost', 'X-Request-Id: one', 'X-Request-Id: two']
  assert.match(await rawRequest(url, twice), /\r\nx-request-id: [0-9a-f-]{36}\r\n/)
})

test('traces are continued when they are valid', async () => {
  const trace = '0af7651916cd43dd8448eb211c80319c'
  const traced = async (traceparent: string) =>
    (await get('/v1/me', { headers: { traceparent } })).headers.get('traceparent') ?? ''
  assert.match(
    await traced(`00-${trace}-b7ad6b7169203331-01`),
    new RegExp(`^00-${trace}-(?!b7ad)[0-9a-f]{16}-01$`),
  )
  for (const bad of [
    'x',
    `00-${trace}`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `ff-${trace}-b7ad6b7169203331-01`,
  ]) {
    const answered = await traced(bad)
    assert.match(answered, /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    assert.ok(!answered.includes(trace))
  }
})

test('URLs that are very long or no URLs', async () => {
  const { url } = croft.bootstrap
  for (const [path, statuses] of [
    [`/v1/projects/${'x'.repeat(8000)}`, [404]],
    [`/v1/projects?logicalId=${'x'.repeat(8000)}`, [400]],
    [`/v1/projects?${'a=1&'.repeat(2000)}`, [200]],
    ['/v1/projects/%E0%A4%A', [400]],
    ['/v1/projects/%ff', [400]],
    ['/v1/projects/%00', [404]],
    ['/v1/projects/..%2f..%2fetc%2fpasswd', [404]],
    ['/v1/projects/%0d%0aset-cookie:a=b', [404]],
  ] as const) {
    const { status, headers, text } = await get(path, { headers: bearer() })
    assert.ok(
      statuses.some((each) => each === status),
      `${path.slice(0, 60)}: ${status} ${text}`,
    )
    assert.equal(headers.get('set-cookie'), null)
  }
  for (const line of [
    `GET /v1/${'x'.repeat(100_000)} HTTP/1.1`,
    'GET  HTTP/1.1',
    'GET /v1/../../etc/passwd HTTP/1.1',
    'GET http://elsewhere.example/v1/me HTTP/1.1',
    'BREW /v1/me HTTP/1.1',
    'nonsense',
  ]) {
    const answer = await rawRequest(url, [line, 'Host: localhost'])
    assert.match(answer, /^HTTP\/1\.1 4\d\d /, `${line.slice(0, 60)}: ${answer}`)
    assert.doesNotMatch(answer, /node:|node_modules|\n\s+at |root:/)
  }
})

test('what a Host header says is not believed in pages, and cannot break an answer', async () => {
  const { url, serviceToken } = croft.bootstrap
  for (const host of ['"><script>alert(1)</script>', 'a b', "x'onload='", 'evil.example/', '[::1', '']) {
    for (const path of ['/', '/v1/projects', '/reference', '/v1/doc', '/api/', '/api/plan/', '/api/plan']) {
      const answer = await rawRequest(url, [
        `GET ${path} HTTP/1.1`,
        `Host: ${host}`,
        path.startsWith('/api')
          ? `Authorization: ${asPassword(serviceToken).authorization}`
          : `Authorization: Bearer ${serviceToken}`,
        'Accept: text/html, */*',
      ])
      assert.match(answer, /^HTTP\/1\.1 [2-4]\d\d /, `${path} ${host}: ${answer.slice(0, 600)}`)
      if (/content-type: text\/html/i.test(answer))
        assert.doesNotMatch(answer, /<script>alert|'onload='/, path)
    }
  }
})

test('bodies that lie about their length', async () => {
  const { url, serviceToken } = croft.bootstrap
  const head = [
    'POST /v1/projects HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${serviceToken}`,
    'Content-Type: application/json',
  ]
  const chunk = 'x'.repeat(BODY_LIMIT + 1)
  const cases: [string[], string, RegExp][] = [
    [['Content-Length: -1'], '{}', /^HTTP\/1\.1 400 /],
    [['Content-Length: 2', 'Content-Length: 3'], '{}', /^HTTP\/1\.1 400 /],
    [['Content-Length: 2', 'Transfer-Encoding: chunked'], '0\r\n\r\n', /^HTTP\/1\.1 400 /],
    [['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      ['Transfer-Encoding: chunked'],
      `${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 413 /,
    ],
    [[`Content-Length: ${10 * BODY_LIMIT}`], '{}', /^HTTP\/1\.1 413 /],
    [['Content-Length: 999999999999999999999'], '{}', /^HTTP\/1\.1 4\d\d /],
  ]
  for (const [headers, body, expected] of cases) {
    const answer = await rawRequest(url, [...head, ...headers], body)
    assert.match(answer, expected, headers.join())
    assert.doesNotMatch(answer, /node:|node_modules|\n\s+at /)
  }
  const { data } = JSON.parse((await get('/v1/projects', { headers: bearer() })).text)
  assert.equal(data.length, 1, 'one of them made a project')
})

test('compressed bodies are not taken for JSON', async () => {
  const headers = { ...bearer(), ...json, 'content-encoding': 'gzip' }
  const { status } = await get('/v1/projects', { method: 'POST', headers, body: '\x1f\x8b\x08' })
  assert.equal(status, 400)
})
