import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { PASSWORD } from '../../../test/access.ts'
import { createPeopleApp, PEOPLE_ORIGIN } from '../../../test/people-app.ts'
import { newId } from '../../platform/ids/index.ts'

const BASE = '/api/croft/v1'
type Headers = Readonly<Record<string, string>>

async function start(t: TestContext) {
  const setup = await createPeopleApp(t)
  async function call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options: { body?: object; headers?: Headers } = {},
  ) {
    const answer = await setup.app.inject({
      method,
      url: BASE + path,
      headers: { ...options.headers },
      ...(options.body ? { payload: options.body } : {}),
    })
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json(), answer }
  }
  /** A browser that has logged in. */
  async function logIn(email = 'admin@example.com', password = PASSWORD, code?: string) {
    const { status, body, answer } = await call('POST', '/session', {
      body: { email, password, ...(code ? { code } : {}) },
    })
    const cookie = answer.cookies.find(({ name }) => name === 'croft_session')
    return {
      status,
      body,
      cookie,
      headers: { cookie: `croft_session=${cookie?.value}`, 'x-csrf-token': `${body.csrfToken}` },
    }
  }
  const tokenOf = async (userId: string): Promise<Headers> => ({
    authorization: `Bearer ${await setup.access.createUserToken(setup.admin.call, { userId, name: 't' })}`,
  })
  return { ...setup, call, logIn, tokenOf }
}

test('a login gives a cookie and the token that changes need besides', async (t) => {
  const { call, logIn, admin } = await start(t)
  const { status, body, cookie, headers } = await logIn()
  assert.equal(status, 201)
  assert.equal(body.user.id, admin.id)
  assert.ok(body.current)
  assert.ok(cookie?.httpOnly && cookie.secure && cookie.sameSite === 'Lax' && cookie.path === '/')
  assert.ok(!JSON.stringify(body).includes(cookie.value))
  const { cookie: alone } = headers
  const again = await call('GET', '/session', { headers: { cookie: alone } })
  assert.deepEqual([again.status, again.body.csrfToken], [200, body.csrfToken])

  const create = (more: Headers) =>
    call('POST', '/users', { headers: { cookie: alone, ...more }, body: { email: `${newId()}@example.com` } })
  const csrf = { 'x-csrf-token': body.csrfToken }
  for (const refused of [
    {},
    { 'x-csrf-token': 'x' },
    { 'x-csrf-token': (await logIn()).body.csrfToken },
    { ...csrf, 'sec-fetch-site': 'cross-site' },
    { ...csrf, 'sec-fetch-site': 'same-site' },
    { ...csrf, origin: 'https://evil.example' },
    { ...csrf, origin: 'null' },
  ]) {
    const { status, body } = await create(refused as Headers)
    assert.deepEqual([status, body.code], [403, 'forbidden'], JSON.stringify(refused))
  }
  assert.equal((await create(csrf)).status, 201)
  assert.equal(
    (await create({ ...csrf, origin: PEOPLE_ORIGIN, 'sec-fetch-site': 'same-origin' })).status,
    201,
  )

  const out = await call('DELETE', '/session', { headers })
  assert.equal(out.status, 204)
  assert.equal(out.answer.cookies[0]?.value, '')
  assert.equal((await call('GET', '/session', { headers })).status, 401)
  assert.equal((await create(csrf)).status, 401)
})

test('a bearer token needs no such token, goes before the cookie, and is no session', async (t) => {
  const { call, logIn, tokenOf, admin, workspaces, access, system } = await start(t)
  const { headers } = await logIn()
  const bearer = await tokenOf(admin.id)
  const service = await access.createServiceToken(system, { workspaceId: workspaces[0].id, name: 's' })
  const email = `${newId()}@example.com`
  const { cookie } = headers
  assert.equal(
    (await call('POST', '/users', { headers: { ...bearer, cookie }, body: { email } })).status,
    201,
  )
  const machine = { authorization: `Bearer ${service.value}` }
  assert.equal((await call('GET', '/users', { headers: { ...machine, cookie } })).status, 403)
  assert.equal((await call('GET', '/session', { headers: bearer })).body.code, 'session-not-found')
  assert.equal((await call('DELETE', '/session', { headers: { ...bearer, cookie } })).status, 404)
  assert.equal((await call('GET', '/session', { headers: { cookie } })).status, 200)
  assert.equal((await call('GET', '/session', { headers: machine })).status, 403)
})

test('logins answer bad input, wrong passwords and other sites in the form of the API', async (t) => {
  const { call, logIn } = await start(t)
  const post = (body: object, headers: Headers = {}) => call('POST', '/session', { body, headers })
  const good = { email: 'admin@example.com', password: PASSWORD }
  assert.equal((await post({ ...good, password: 'wrong' })).body.code, 'not-authenticated')
  assert.equal((await post({ email: good.email })).status, 422)
  assert.equal((await post({ ...good, admin: true })).status, 422)
  assert.equal((await post({ ...good, email: 'a\0@b' })).status, 422)
  assert.equal((await post(good, { 'sec-fetch-site': 'cross-site' })).status, 403)
  assert.equal((await post(good, { origin: 'https://evil.example' })).status, 403)
  // A cookie that is no good any more is no obstacle.
  assert.equal((await post(good, { cookie: 'croft_session=old' })).status, 201)
  const answers = []
  for (let n = 0; n < 60; n++) answers.push((await call('POST', '/password-resets', { body: {} })).status)
  assert.ok(answers.includes(422) && answers.at(-1) === 429)
  assert.equal((await logIn()).status, 429)
})

test('every operation of people refuses who is not known and tells nothing of others', async (t) => {
  const { call, tokenOf, admin, user, workspaces, people, db } = await start(t)
  const scope = { type: 'workspace', id: workspaces[0].id } as const
  const { id: invitation } = await people.createInvitation(admin.call, {
    email: 'i@example.com',
    role: 'workspace-reader',
    scope,
  })
  const stranger = await user('stranger@example.com', 'workspace-admin', {
    type: 'workspace',
    id: workspaces[1].id,
  })
  const headers = await tokenOf(stranger.id)
  const { id: session } = await people.getSession(admin.call)
  const list = `/invitations?scopeType=workspace&scopeId=${scope.id}`
  const invite = { email: 'x@example.com', role: 'workspace-reader', scope }
  const cases = [
    ['GET', '/users', undefined, 403],
    ['POST', '/users', { email: 'x@example.com' }, 403],
    ['GET', `/users/${admin.id}`, undefined, 404],
    ['PATCH', `/users/${admin.id}`, { displayName: 'x' }, 404],
    ['PATCH', `/users/${stranger.id}`, { disabled: true }, 403],
    ['POST', `/users/${admin.id}/password-reset`, undefined, 404],
    ['POST', `/users/${stranger.id}/password-reset`, undefined, 403],
    ['DELETE', `/users/${admin.id}/second-factor`, undefined, 404],
    ['GET', '/sessions', undefined, 200],
    ['DELETE', `/sessions/${session}`, undefined, 404],
    ['PUT', '/account/password', { password: 'wrong', newPassword: PASSWORD }, 422],
    ['POST', '/account/second-factor/confirm', { code: '000000' }, 422],
    ['POST', '/account/second-factor/disable', { password: PASSWORD, code: '000000' }, 422],
    ['GET', list, undefined, 404],
    ['POST', '/invitations', invite, 404],
    ['DELETE', `/invitations/${invitation}`, undefined, 404],
    ['POST', '/invitations/accept', { token: 'x' }, 404],
  ] as const
  for (const [method, path, body, status] of cases) {
    const given = body ? { body } : {}
    const name = `${method} ${path}`
    assert.equal((await call(method, path, given)).status, 401, name)
    const garbage = { authorization: 'Bearer garbage' }
    assert.equal((await call(method, path, { ...given, headers: garbage })).status, 401, name)
    assert.equal(
      (await call(method, path, { ...given, headers: { cookie: 'croft_session=x', 'x-csrf-token': 'x' } }))
        .status,
      method === 'GET' ? 401 : 403,
      name,
    )
    const refused = await call(method, path, { ...given, headers })
    assert.equal(refused.status, status, `${name} ${refused.answer.body}`)
    assert.ok(!refused.answer.body.includes('admin@example.com'), name)
  }
  const own = await tokenOf(admin.id)
  for (const path of ['/users/x', `/users/${newId()}`]) {
    assert.equal((await call('GET', path, { headers: own })).body.code, 'user-not-found')
    assert.equal((await call('PATCH', path, { headers: own, body: { displayName: 'x' } })).status, 404)
  }
  assert.equal((await call('DELETE', '/sessions/x', { headers: own })).body.code, 'session-not-found')
  assert.equal((await call('DELETE', '/invitations/x', { headers: own })).body.code, 'invitation-not-found')
  assert.equal(
    (await call('PATCH', `/users/${admin.id}`, { headers: own, body: { email: 'x@y' } })).status,
    422,
  )
  assert.equal((await call('GET', '/invitations?scopeType=king', { headers: own })).status, 422)
  assert.equal(
    (await db.selectFrom('users').select('id').where('disabled_at', 'is not', null).execute()).length,
    0,
  )
})

test('a person’s way: invited, joined, second factor, new password, link, disabled', async (t) => {
  const { call, logIn, tokenOf, admin, workspaces, lines } = await start(t)
  const headers = await tokenOf(admin.id)
  const scope = { type: 'workspace', id: workspaces[0].id }
  const invited = await call('POST', '/invitations', {
    headers,
    body: { email: 'ann@example.com', role: 'workspace-editor', scope },
  })
  assert.equal(invited.status, 201)
  const { searchParams, origin, pathname } = new URL(invited.body.link)
  assert.deepEqual([origin, pathname], [PEOPLE_ORIGIN, '/invitation'])
  const listed = await call('GET', `/invitations?scopeType=workspace&scopeId=${scope.id}`, { headers })
  assert.deepEqual(
    listed.body.data.map(({ id }: { id: string }) => id),
    [invited.body.id],
  )
  assert.ok(!listed.answer.body.includes('token'))
  const token = searchParams.get('token')
  const joined = await call('POST', '/invitations/join', {
    body: { token, password: 'first password of ann', displayName: 'Ann' },
  })
  assert.equal(joined.status, 201)
  assert.equal(joined.body.user.displayName, 'Ann')
  const session = {
    cookie: `croft_session=${joined.answer.cookies[0]?.value}`,
    'x-csrf-token': joined.body.csrfToken,
  }

  const begun = await call('POST', '/account/second-factor', {
    headers: session,
    body: { password: 'first password of ann' },
  })
  assert.equal(begun.status, 201)
  const app = new TOTP({ secret: Secret.fromBase32(begun.body.secret) })
  const code = app.generate({ timestamp: Date.now() - 30_000 })
  const confirmed = await call('POST', '/account/second-factor/confirm', { headers: session, body: { code } })
  assert.equal(confirmed.body.recoveryCodes.length, 10)
  const half = await logIn('ann@example.com', 'first password of ann')
  assert.deepEqual([half.status, half.body.code, half.cookie], [401, 'second-factor-required', undefined])
  const full = await logIn('ann@example.com', 'first password of ann', confirmed.body.recoveryCodes[0])
  assert.equal(full.status, 201)

  const changed = await call('PUT', '/account/password', {
    headers: session,
    body: { password: 'first password of ann', newPassword: 'second password of ann' },
  })
  assert.equal(changed.status, 204)
  assert.equal((await call('GET', '/session', { headers: full.headers })).status, 401)
  assert.equal((await call('GET', '/session', { headers: session })).status, 200)

  const linked = await call('POST', `/users/${joined.body.user.id}/password-reset`, { headers })
  assert.equal(linked.status, 201)
  const reset = new URL(linked.body.link).searchParams.get('token')
  const done = await call('POST', '/password-resets/complete', {
    body: { token: reset, password: 'third password of ann' },
  })
  assert.equal(done.status, 204)
  assert.equal((await call('GET', '/session', { headers: session })).status, 401)
  assert.equal(
    (await call('POST', '/password-resets', { body: { email: 'ann@example.com' } })).body.code,
    'not-supported',
  )
  // The second factor outlives it, until an administrator takes it away.
  assert.equal((await logIn('ann@example.com', 'third password of ann')).body.code, 'second-factor-required')
  assert.equal((await call('DELETE', `/users/${joined.body.user.id}/second-factor`, { headers })).status, 204)
  const last = await logIn('ann@example.com', 'third password of ann')
  assert.equal(last.status, 201)
  const off = await call('PATCH', `/users/${joined.body.user.id}`, { headers, body: { disabled: true } })
  assert.deepEqual([off.status, off.body.disabled, off.body.secondFactor], [200, true, false])
  assert.equal((await call('GET', '/session', { headers: last.headers })).status, 401)
  const log = lines.join('')
  for (const secret of [
    token,
    reset,
    begun.body.secret,
    'password of ann',
    confirmed.body.recoveryCodes[0],
  ]) {
    assert.ok(secret && !log.includes(secret))
  }
})
