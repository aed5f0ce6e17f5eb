import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestUser } from '../../../test/access.ts'
import { buildHttp } from '../../../test/http.ts'
import { createPrismaApp } from '../../../test/prisma-app.ts'
import { recordEvent } from '../../domain/events/index.ts'
import { createDialects } from '../../main/dialects.ts'
import { newId } from '../../platform/ids/index.ts'
import { mountDialect } from '../dialect.ts'

const BASE = '/api/croft/v1'

/** Our own API with two workspaces' tokens and an administrator's, and a few events of each. */
async function createApp(t: TestContext) {
  const given = await createPrismaApp(t)
  const { db, domain, system, acme, other, access } = given
  const { app } = buildHttp(t, { checkResponses: true, onFailure: domain.events.noteFailure })
  const originOf = () => 'http://127.0.0.1:7400'
  for (const dialect of createDialects(domain, { originOf, createDb: null }))
    if (dialect.name === 'croft') await mountDialect(app, dialect)
  t.after(() => domain.events.close())
  const { id: userId } = await createTestUser(given, 'admin@example.com', 'platform-admin', {
    type: 'platform',
    id: null,
  })
  const admin = await access.createUserToken(system, { userId, name: 'admin' })
  const write = (workspaceId: string | null, action: string, after: Record<string, unknown> = {}) =>
    recordEvent(db, system, { workspaceId, action, subjectType: 'thing', subjectId: newId(), after })
  async function send(method: 'GET' | 'PUT', path: string, as: string | null = given.token, body?: object) {
    const response = await app.inject({
      method,
      url: `${BASE}${path}`,
      headers: as === null ? {} : { authorization: `Bearer ${as}` },
      ...(body === undefined ? {} : { payload: body }),
    })
    return { status: response.statusCode, text: response.body, headers: response.headers }
  }
  const actionsOf = ({ text }: { text: string }) =>
    (JSON.parse(text) as { data: { action: string }[] }).data.map(({ action }) => action)
  return { ...given, app, admin, write, send, actionsOf, acme, other }
}

test('events are filtered by what is asked for and by what the caller may read', async (t) => {
  const { write, send, actionsOf, admin, acme, other } = await createApp(t)
  await write(acme.id, 'thing.one', { colour: 'Lilac' })
  await write(acme.id, 'other.two')
  await write(other.id, 'thing.foreign')
  await write(null, 'thing.platform')
  const list = async (query: string, as?: string) => actionsOf(await send('GET', `/events?${query}`, as))
  assert.deepEqual(await list('action=thing.'), ['thing.one'])
  assert.deepEqual(await list('action=thing.', admin), ['thing.platform', 'thing.foreign', 'thing.one'])
  assert.deepEqual(await list(`action=thing.&workspaceId=${other.id}`, admin), ['thing.foreign'])
  assert.deepEqual(await list(`workspaceId=${other.id}`), [])
  assert.deepEqual(await list('text=lILAC'), ['thing.one'])
  assert.deepEqual(await list('text=%25'), [])
  assert.deepEqual(await list('subjectType=thing&actorId=test'), ['other.two', 'thing.one'])
  assert.deepEqual(await list('to=2020-01-01T00:00:00Z'), [])
  assert.deepEqual(await list('action=other&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z'), [
    'other.two',
  ])
  const bad = ['from=yesterday', 'limit=0', 'workspaceId=x', 'cursor=x', `text=${'a'.repeat(201)}`]
  for (const query of bad) {
    const { status } = await send('GET', `/events?${query}`)
    assert.ok(status === 422 || status === 400 || status === 404, `${query}: ${status}`)
  }
  assert.equal((await send('GET', '/events', null)).status, 401)
})

test('an export has every readable event on a line of its own, oldest first, over many batches', async (t) => {
  const { write, send, admin, acme, other } = await createApp(t)
  for (let n = 0; n < 1100; n++) await write(n % 2 ? acme.id : other.id, `bulk.${n}`)
  const lines = async (path: string, as?: string) => {
    const { status, text, headers } = await send('GET', path, as)
    assert.equal(status, 200)
    assert.match(String(headers['content-type']), /^application\/x-ndjson/)
    return text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { action: string }).action)
  }
  const all = Array.from({ length: 1100 }, (_, n) => `bulk.${n}`)
  assert.deepEqual(await lines('/events/export?action=bulk.', admin), all)
  assert.deepEqual(
    await lines('/events/export?action=bulk.'),
    all.filter((_, n) => n % 2),
  )
  const empty = await send('GET', '/events/export?action=nothing')
  assert.deepEqual([empty.status, empty.text], [200, ''])
  assert.equal((await send('GET', '/events/export', null)).status, 401)
  assert.equal((await send('GET', '/events/export?workspaceId=x')).status, 404)
})

test('live events are server-sent events that Last-Event-ID resumes, and end with the client', async (t) => {
  const { app, write, token, acme, domain } = await createApp(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  assert.ok(typeof address === 'object' && address)
  const url = `http://127.0.0.1:${address.port}${BASE}/events/live?action=live.`

  /** Reads until so many events came; then the client goes. */
  async function read(
    count: number,
    headers: Record<string, string>,
    meanwhile: (done: AbortSignal) => Promise<void>,
  ) {
    const gone = new AbortController()
    const enough = new AbortController()
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, ...headers },
      signal: gone.signal,
    })
    assert.equal(response.status, 200)
    assert.match(String(response.headers.get('content-type')), /^text\/event-stream/)
    assert.ok(response.body)
    let text = ''
    const writing = meanwhile(enough.signal)
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if (text.split('\ndata: ').length > count) break
    }
    enough.abort()
    await writing
    gone.abort()
    assert.match(text, /^retry: 1000\n\n/)
    return [...text.matchAll(/id: (\S+)\ndata: (.*)\n\n/g)].map(([, id = '', data = '']) => ({
      id,
      action: (JSON.parse(data) as { action: string }).action,
    }))
  }
  let n = 0
  // It is not told when the other side has begun to listen: write until something arrives.
  const first = await read(1, {}, async (done) => {
    for (; !done.aborted; n++) {
      await write(acme.id, `live.${n}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })
  const last = first.at(-1)
  assert.ok(last)
  const seen = Number(last.action.slice(5))
  const missed = await read(n - seen, { 'last-event-id': last.id }, async () => {
    await write(acme.id, `live.${n}`)
  })
  assert.deepEqual(
    missed.map(({ action }) => action),
    Array.from({ length: n - seen }, (_, k) => `live.${seen + 1 + k}`),
  )
  const wrong = await fetch(url, { headers: { authorization: `Bearer ${token}`, 'last-event-id': 'x' } })
  assert.equal(wrong.status, 422)
  const none = await fetch(url)
  assert.equal(none.status, 401)
  await Promise.all([wrong.text(), none.text()])
  domain.signals.endWaits()
})

test('verification goes step by step, for administrators only', async (t) => {
  const { send, admin, write } = await createApp(t)
  await write(null, 'thing.one')
  const steps: { next: string | null; fault: unknown; head: string }[] = []
  do {
    const after = steps.at(-1)?.next
    const { status, text } = await send(
      'GET',
      `/events/verify${after ? `?after=${encodeURIComponent(after)}` : ''}`,
      admin,
    )
    assert.equal(status, 200, text)
    steps.push(JSON.parse(text))
  } while (steps.at(-1)?.next)
  assert.ok(steps.length >= 3)
  assert.ok(steps.every(({ fault }) => fault === null))
  assert.equal((await send('GET', '/events/verify')).status, 403)
  assert.equal((await send('GET', '/events/verify', null)).status, 401)
  assert.equal((await send('GET', '/events/verify?after=x', admin)).status, 422)
})

test('a workspace’s retention: longer by its own people, shorter by the platform’s alone', async (t) => {
  const { send, admin, acme, other, db } = await createApp(t)
  const path = (id: string) => `/workspaces/${id}/event-retention`
  const read = async (...args: Parameters<typeof send>) => {
    const { status, text } = await send(...args)
    return [status, JSON.parse(text).days, JSON.parse(text).own]
  }
  assert.deepEqual(await read('GET', path(acme.id)), [200, 365, false])
  assert.deepEqual(await read('PUT', path(acme.id), undefined, { days: 700 }), [200, 700, true])
  assert.deepEqual(await read('GET', path(acme.id)), [200, 700, true])
  assert.equal((await send('PUT', path(acme.id), undefined, { days: 7 })).status, 403)
  assert.deepEqual(await read('PUT', path(acme.id), admin, { days: 7 }), [200, 7, true])
  assert.deepEqual(await read('PUT', path(acme.id), undefined, { days: null }), [200, 365, false])
  for (const body of [{}, { days: 0 }, { days: 1.5 }, { days: '7' }, { days: 700, x: 1 }])
    assert.equal((await send('PUT', path(acme.id), undefined, body)).status, 422, JSON.stringify(body))
  for (const id of [other.id, newId(), 'x']) {
    assert.equal((await send('GET', path(id))).status, 404)
    assert.equal((await send('PUT', path(id), undefined, { days: 700 })).status, 404)
  }
  assert.equal((await send('GET', path(acme.id), null)).status, 401)
  const events = await db
    .selectFrom('events')
    .select('after')
    .where('action', '=', 'event-retention.updated')
    .orderBy('id')
    .execute()
  assert.deepEqual(
    events.map(({ after }) => after?.days),
    [700, 7, null],
  )
})

test('what was refused is in the trail of the workspace', async (t) => {
  const { send, acme, domain, db } = await createApp(t)
  await send('PUT', `/workspaces/${acme.id}/event-retention`, undefined, { days: 7 })
  await send('GET', '/events/verify')
  await domain.events.close()
  const events = await db.selectFrom('events').selectAll().where('action', '=', 'access.refused').execute()
  assert.deepEqual(
    events.map((event) => [event.workspace_id, event.subject_type, event.after?.operation]).sort(),
    [
      [acme.id, 'platform', 'croft.setEventRetention'],
      [acme.id, 'platform', 'croft.verifyEvents'],
    ],
  )
})
