import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCroftApp } from '../../../../test/croft-app.ts'
import { newId } from '../../../platform/ids/index.ts'

test('a user makes, sees, renames, switches off and deletes its own keys', async (t) => {
  const { call, chief, stranger, token } = await createCroftApp(t)
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  const made = await call('POST', '/user-api-keys', { name: 'ci', expiresAt })
  assert.deepEqual([made.status, made.body.expiresAt, made.body.enabled], [201, expiresAt, true])
  const one = `/user-api-keys/${made.body.id}`
  const asKey = made.body.value
  const me = await call('GET', '/me', undefined, asKey)
  assert.deepEqual([me.body.type, me.body.name, me.body.roles.length], ['user', 'chief@example.com', 1])
  assert.deepEqual((await call('GET', one)).body, made.body)
  assert.deepEqual((await call('GET', '/user-api-keys')).body.data, [made.body])
  assert.deepEqual((await call('GET', '/user-api-keys', undefined, stranger.token)).body.data, [])
  assert.deepEqual((await call('POST', '/user-api-keys', { name: 'ci' })).code, 'name-taken')
  const enabled = await call('DELETE', one)
  assert.deepEqual([enabled.status, enabled.code], [409, 'key-enabled'])
  const off = await call('PATCH', one, { enabled: false, name: 'cd' })
  assert.deepEqual([off.status, off.body.enabled, off.body.name], [200, false, 'cd'])
  assert.equal((await call('GET', '/me', undefined, asKey)).status, 401)

  for (const body of [{}, { name: '' }, { name: 'x', expiresAt: 'soon' }, { name: 'x', value: 'y' }]) {
    assert.deepEqual((await call('POST', '/user-api-keys', body)).code, 'invalid-input', JSON.stringify(body))
  }
  const past = await call('POST', '/user-api-keys', { name: 'x', expiresAt: '2020-01-01T00:00:00Z' })
  assert.deepEqual([past.status, past.code], [422, 'invalid-input'])
  for (const body of [{}, { expiresAt: null }, { value: 'x' }]) {
    assert.deepEqual((await call('PATCH', one, body)).code, 'invalid-input', JSON.stringify(body))
  }
  for (const [path, as] of [
    [one, stranger.token],
    [`/user-api-keys/${newId()}`, chief.token],
    ['/user-api-keys/x', chief.token],
  ] as const) {
    for (const answer of [
      await call('GET', path, undefined, as),
      await call('PATCH', path, { enabled: true }, as),
      await call('DELETE', path, undefined, as),
    ]) {
      assert.deepEqual([answer.status, answer.code], [404, 'key-not-found'])
    }
  }
  for (const answer of [
    await call('GET', '/user-api-keys', undefined, token),
    await call('POST', '/user-api-keys', { name: 'x' }, token),
    await call('GET', one, undefined, token),
  ]) {
    assert.deepEqual([answer.status, answer.code], [403, 'forbidden'], 'a service token is no user')
  }
  assert.equal((await call('DELETE', one)).status, 204)
  assert.equal((await call('GET', one)).status, 404)
  const codes: (string | number | undefined)[] = []
  for (let index = 0; index < 11; index++) {
    const { status, code } = await call('POST', '/user-api-keys', { name: `key ${index}` })
    codes.push(code ?? status)
  }
  assert.deepEqual(codes, [...Array(10).fill(201), 'too-many-keys'])
})
