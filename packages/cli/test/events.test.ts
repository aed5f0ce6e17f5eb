import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { cleanEnvironment, croft, MAIN, run } from './run.ts'
import { temporaryDirectory } from './temporary.ts'

const HEAD = `6:${'a'.repeat(64)}`
const event = (n: number, fields: object = {}) => ({
  id: `01890a5d-ac96-774b-bcce-${String(n).padStart(12, '0')}`,
  at: '2026-01-02T03:04:05Z',
  workspaceId: 'w',
  actor: { type: 'user', id: 'u', name: 'ada@example.com' },
  action: `thing.done-${n}`,
  subject: { type: 'thing', id: 't' },
  before: null,
  after: null,
  requestId: 'r',
  ...fields,
})

type Answer = (request: IncomingMessage, url: URL, response: ServerResponse) => void

/** The other side of HTTP, whose answers may be streams. */
async function serve(t: TestContext, answer: Answer) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://api')
    asked.push(`${url.pathname.replace('/api/croft/v1', '')}${url.search}`)
    answer(request, url, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const options = {
    cwd: temporaryDirectory(t),
    env: cleanEnvironment({ CROFT_URL: url, CROFT_TOKEN: 'token' }),
  }
  return { asked, options, croft: (...args: string[]) => croft(['events', ...args], options) }
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

test('a list goes on over empty pages until it has enough', async (t) => {
  const { croft, asked } = await serve(t, (_request, url, response) => {
    const cursor = url.searchParams.get('cursor')
    const data =
      cursor === null ? [] : [event(1, { actor: { type: 'system', id: 's', name: 'a\u001b[31mb' } })]
    json(response, { data, pagination: { nextCursor: cursor === null ? 'c1' : 'c2', hasMore: true } })
  })
  const { code, out, err } = await croft('--search', 'x', '-n', '1', '--from', '2026-01-01')
  assert.equal(code, 0, err)
  assert.match(out, /thing\.done-1 +ab \(system\) +thing t/)
  const query = 'from=2026-01-01T00%3A00%3A00.000Z&text=x&limit=1'
  assert.deepEqual(asked, [`/events?${query}`, `/events?${query}&cursor=c1`])
  assert.equal((await croft('--from', 'yesterday')).code, 2)
})

test('following prints events as they come and resumes after the last one when it is cut off', async (t) => {
  let connections = 0
  const { options } = await serve(t, (request, _url, response) => {
    connections++
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const n = connections
    response.write(`retry: 1000\n\n:\n\nid: ${event(n).id}\ndata: ${JSON.stringify(event(n))}\n\n`)
    assert.equal(request.headers['last-event-id'], n === 1 ? undefined : event(n - 1).id)
    if (n === 1) setTimeout(() => response.destroy(), 50)
  })
  const running = run(process.execPath, [MAIN, 'events', '--follow', '-o', 'json'], options)
  t.after(() => running.child.kill('SIGKILL'))
  await running.saw('thing.done-2')
  running.child.kill('SIGTERM')
  const { out } = await running.result
  assert.deepEqual(
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).action),
    ['thing.done-1', 'thing.done-2'],
  )
})

test('what the server refuses is said at once', async (t) => {
  const { croft } = await serve(t, (_request, _url, response) =>
    json(response, { detail: 'Not you.', status: 403, code: 'forbidden' }, 403),
  )
  for (const args of [['--follow'], ['export'], ['verify'], []]) {
    const { code, err } = await croft(...args)
    assert.equal(code, 1)
    assert.match(err, /Not you\./)
  }
})

test('an export is data alone on stdout, and one that is cut off fails', async (t) => {
  const { croft } = await serve(t, (_request, url, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    const lines = [event(1), event(2)].map((each) => JSON.stringify(each)).join('\n')
    response.write(`${lines}\n`)
    if (url.searchParams.has('action')) setTimeout(() => response.destroy(), 50)
    else response.end()
  })
  const whole = await croft('export')
  assert.equal(whole.code, 0, whole.err)
  assert.equal(whole.out.trimEnd().split('\n').length, 2)
  assert.match(whole.err, /2 events/)
  assert.equal((await croft('export', '--action', 'thing')).code, 1)
})

test('verify goes through all steps and fails at a fault', async (t) => {
  const { croft, asked } = await serve(t, (_request, url, response) => {
    const after = url.searchParams.get('after')
    const bad = url.searchParams.get('expect') !== null
    const fault = { kind: 'rewritten', message: 'Made anew.', sequence: 6, eventId: null }
    if (after === null) json(response, { checked: 6, links: 6, head: HEAD, fault: null, next: 'events' })
    else json(response, { checked: 6, links: 6, head: HEAD, fault: bad ? fault : null, next: null })
  })
  const whole = await croft('verify')
  assert.equal(whole.code, 0, whole.err)
  assert.match(whole.out, new RegExp(HEAD))
  assert.match(whole.err, /trail is whole: 6 events/)
  assert.deepEqual(asked, ['/events/verify', '/events/verify?after=events'])
  const broken = await croft('verify', '--expect', HEAD, '-o', 'json')
  assert.equal(broken.code, 1)
  assert.equal(JSON.parse(broken.out).fault.kind, 'rewritten')
  assert.match(broken.err, /rewritten at link 6: Made anew\./)
})
