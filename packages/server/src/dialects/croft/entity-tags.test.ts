import assert from 'node:assert/strict'
import { test } from 'node:test'
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

test('what passes by itself is no other version', () => {
  const database = { id: 'd', name: 'shop', power: 'asleep', state: 'ready' }
  assert.equal(entityTag(database), entityTag({ ...database, power: 'running', state: 'recovering' }))
  assert.notEqual(entityTag(database), entityTag({ ...database, name: 'other' }))
})
