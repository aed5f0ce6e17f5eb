import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD } from '../../../test/access.ts'
import { createDbaasApp } from '../../../test/dbaas-app.ts'
import { csrfTokenOf } from '../page/cookies.ts'

const basic = (user: string, password: string) =>
  ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }) as const

test('a password counts until it is changed or its user disabled, however lately it was right', async (t) => {
  const { send, access, db, system } = await createDbaasApp(t)
  const ask = async (email: string, password: string) => {
    const { status, body } = await send('GET', '/api/', { as: null, headers: basic(email, password) })
    return status === 200 ? 200 : [status, body.detail]
  }
  const WRONG = [401, 'Invalid username/password']
  assert.equal(await ask('DBA@example.com', PASSWORD), 200)
  assert.deepEqual(await ask('dba@example.com', 'x'), WRONG)
  assert.deepEqual(await ask('nobody@example.com', PASSWORD), WRONG)
  assert.deepEqual(await ask('', ''), WRONG)
  // Side by side they are one attempt, not so many: the account would have to wait.
  const many = await Promise.all(Array.from({ length: 12 }, () => ask('dba@example.com', PASSWORD)))
  assert.deepEqual([...new Set(many)], [200])
  await access.setPassword(system, { email: 'dba@example.com', password: `${PASSWORD}!` })
  assert.deepEqual(await ask('dba@example.com', PASSWORD), WRONG)
  assert.equal(await ask('dba@example.com', `${PASSWORD}!`), 200)
  await db.updateTable('users').set({ totp_confirmed_at: new Date() }).execute()
  assert.deepEqual(await ask('dba@example.com', `${PASSWORD}!`), [
    401,
    'This account has a second factor: use an API key as the password.',
  ])
  await db.updateTable('users').set({ totp_confirmed_at: null, disabled_at: new Date() }).execute()
  assert.deepEqual(await ask('dba@example.com', `${PASSWORD}!`), WRONG)
})

test('guessing is slowed down', async (t) => {
  const { send } = await createDbaasApp(t)
  const statuses: number[] = []
  for (let i = 0; i < 8; i++)
    statuses.push(
      (await send('GET', '/api/', { as: null, headers: basic('dba@example.com', `guess ${i}`) })).status,
    )
  assert.equal(statuses[0], 401)
  assert.equal(statuses.at(-1), 429)
})

test('tokens and keys of any kind are passwords of whatever user', async (t) => {
  const { send, access, acme, other, system, makeDatabase } = await createDbaasApp(t)
  await makeDatabase('one')
  const count = async (password: string) => {
    const { status, body } = await send('GET', '/api/database/', { as: null, headers: basic('x', password) })
    return status === 200 ? body._links?.count : status
  }
  const tokenOf = async (workspaceId: string) =>
    access.createServiceToken(system, { workspaceId, name: 'test' })
  const token = await tokenOf(acme.id)
  assert.equal(await count(token.value), 1)
  assert.equal(await count((await tokenOf(other.id)).value), 0)
  const rules = [{ action: 'read', subject: 'databases', conditions: { name: { $regex: '^two' } } }] as const
  const key = await access.createApiKey(system, { workspaceId: acme.id, name: 'k', rules })
  assert.equal(await count(key.value), 0)
  await makeDatabase('two')
  assert.equal(await count(key.value), 1)
  await access.revokeServiceToken(system, { workspaceId: acme.id, id: token.id })
  assert.equal(await count(token.value), 401)
})

test('a browser’s session changes something only with the token of its pages', async (t) => {
  const { send, access, ORIGIN } = await createDbaasApp(t)
  const session = await access.login({
    email: 'dba@example.com',
    password: PASSWORD,
    address: '192.0.2.1',
    requestId: 'login',
  })
  const cookie = `croft_session=${session}`
  const create = (headers: Record<string, string>, form: Record<string, string> = {}) =>
    send('POST', '/api/project/', {
      as: null,
      form: { name: 'shop', ...form },
      headers: { cookie, ...headers },
    })
  assert.equal((await send('GET', '/api/project/', { as: null, headers: { cookie } })).status, 200)
  const missing = await create({})
  assert.deepEqual([missing.status, missing.body.detail], [403, 'CSRF Failed: the CSRF token is missing.'])
  const wrong = await create({ 'x-csrftoken': 'x' })
  assert.deepEqual([wrong.status, wrong.body.detail], [403, 'CSRF Failed: the CSRF token is incorrect.'])
  assert.equal((await create({ 'x-csrftoken': csrfTokenOf(session) })).status, 201)
  const inForm = { csrfmiddlewaretoken: csrfTokenOf(session), name: 'two' }
  assert.equal((await create({}, inForm)).status, 201)
  // As on our own API, where a page of another site is refused whatever it knows.
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'same-site' }]) {
    const foreign = await create({ 'x-csrftoken': csrfTokenOf(session), ...headers }, { name: 'foreign' })
    assert.equal(foreign.status, 403, foreign.text)
  }
  const ended = await send('GET', '/api/', { as: null, headers: { cookie: 'croft_session=x' } })
  assert.deepEqual([ended.status, ended.body.detail], [401, 'Authentication credentials were not provided.'])

  // A browser that was once given a password sends it for other sites as well.
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
    assert.equal((await send('POST', '/api/project/', { form: { name: 'x' }, headers })).status, 403)
  }
  const own = { origin: ORIGIN }
  assert.equal((await send('POST', '/api/project/', { form: { name: 'x' }, headers: own })).status, 201)
})
