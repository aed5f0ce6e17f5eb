import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { createCroftApp } from '../../../test/croft-app.ts'
import { entityTag } from './entity-tags.ts'

const API = '/api/croft/v1'

test('of two that read the same version only one may change it', async (t) => {
  const { app, chief, acme } = await createCroftApp(t)
  const as = { authorization: `Bearer ${chief.token}` }
  const send = (method: 'GET' | 'PATCH' | 'DELETE' | 'POST', path: string, headers = {}, payload?: object) =>
    app.inject({
      method,
      url: `${API}${path}`,
      headers: { ...as, ...headers },
      ...(payload ? { payload } : {}),
    })
  const made = await send('POST', '/api-keys', {}, { name: 'a', workspaceId: acme.id, rules: [] })
  assert.equal(made.statusCode, 201, made.body)
  const path = `/api-keys/${made.json().id}?workspaceId=${acme.id}`

  const read = await send('GET', path)
  const etag = String(read.headers.etag)
  assert.match(etag, /^"[\w-]{22}"$/)
  const same = await send('GET', path, { 'if-none-match': `"other", W/${etag}` })
  assert.deepEqual([same.statusCode, same.body, same.headers.etag], [304, '', etag])

  const changes = await Promise.all(
    ['b', 'c', 'd', 'e', 'f', 'g'].map((name) => send('PATCH', path, { 'if-match': etag }, { name })),
  )
  const statuses = changes.map(({ statusCode }) => statusCode).sort()
  assert.deepEqual(statuses, [200, 412, 412, 412, 412, 412])
  const refused = changes.find(({ statusCode }) => statusCode === 412)
  assert.equal(refused?.json().code, 'changed-meanwhile')

  assert.equal((await send('DELETE', path, { 'if-match': etag })).statusCode, 412)
  const now = String((await send('GET', path)).headers.etag)
  assert.notEqual(now, etag)
  assert.equal((await send('GET', path, { 'if-none-match': etag })).statusCode, 200)
  assert.equal((await send('PATCH', path, { 'if-match': '*' }, { name: 'z' })).statusCode, 200)
  assert.equal((await send('DELETE', path, { 'if-match': now })).statusCode, 412)
  const last = String((await send('GET', path)).headers.etag)
  assert.equal((await send('DELETE', path, { 'if-match': last })).statusCode, 204)
  assert.equal((await send('PATCH', path, { 'if-match': '*' }, { name: 'gone' })).statusCode, 404)
  const list = await send('POST', '/api-keys', { 'if-match': '*' }, { name: 'b', rules: [] })
  assert.equal(list.statusCode, 422)
})

test('writers who leave while they wait give their place back', async (t) => {
  const { app, chief, acme, call, db } = await createCroftApp(t)
  const made = await call('POST', '/api-keys', { name: 'a', workspaceId: acme.id, rules: [] })
  const path = `${API}/api-keys/${made.body.id}`
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const rename = (name: string, signal: AbortSignal) =>
    fetch(`${origin}${path}?workspaceId=${acme.id}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${chief.token}`,
        'content-type': 'application/json',
        'if-match': '*',
      },
      body: JSON.stringify({ name }),
      signal,
    })
  const waiting = async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`.execute(db)
    return rows[0]?.count ?? 0
  }
  const leaving = new AbortController()
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${path}, 0))`.execute(tx)
    // Three have a connection and wait for the lock; the others wait for a connection.
    const left = Promise.allSettled(Array.from({ length: 8 }, (_, i) => rename(`gone ${i}`, leaving.signal)))
    while ((await waiting()) < 3) await sleep(10)
    await sleep(50)
    leaving.abort()
    await left
    await sleep(50)
  })
  for (const name of ['b', 'c', 'd', 'e']) {
    assert.equal((await rename(name, AbortSignal.timeout(10_000))).status, 200)
  }
  const { body } = await call('GET', `/api-keys/${made.body.id}?workspaceId=${acme.id}`)
  assert.equal(body.name, 'e')
  const names = await db
    .selectFrom('events')
    .select('after')
    .where('action', '=', 'apikeys.updated')
    .execute()
  assert.deepEqual(
    names.map(({ after }) => after?.name),
    ['b', 'c', 'd', 'e'],
  )
})

test('what passes by itself is no other version', () => {
  const database = { id: 'd', name: 'shop', power: 'asleep', state: 'ready' }
  assert.equal(entityTag(database), entityTag({ ...database, power: 'running', state: 'recovering' }))
  assert.notEqual(entityTag(database), entityTag({ ...database, name: 'other' }))
})
