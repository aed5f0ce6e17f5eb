import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import { age, CLI, codeOf, logIn, OTHER_CLI, REDIRECT, refreshing, startOAuth } from '../../../test/oauth.ts'

test('a refresh token is replaced at each use', async (t) => {
  const started = await startOAuth(t)
  const { access, client, db } = started
  const first = await logIn(started)
  const second = await access.refreshGrant(refreshing(client, first.refreshToken))
  assert.notEqual(second.refreshToken, first.refreshToken)
  await access.authenticate(first.accessToken)
  await access.authenticate(second.accessToken)
  await age(started, 60)
  const third = await access.refreshGrant(refreshing(client, second.refreshToken))
  await access.authenticate(third.accessToken)
  const rows = await db.selectFrom('refresh_tokens').selectAll().orderBy('created_at').execute()
  assert.deepEqual(
    rows.map(({ rotated_at, successor }) => [rotated_at !== null, successor !== null]),
    [
      [true, false],
      [true, true],
      [false, false],
    ],
    'the sealed successor is forgotten after its time',
  )
})

test('processes that refresh at once all get the same successor, and all live', async (t) => {
  const started = await startOAuth(t)
  const { access, client, db } = started
  const { refreshToken } = await logIn(started)
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => access.refreshGrant(refreshing(client, refreshToken))),
  )
  assert.equal(new Set(answers.map((answer) => answer.refreshToken)).size, 1)
  assert.equal(new Set(answers.map((answer) => answer.accessToken)).size, 5)
  for (const { accessToken } of answers) await access.authenticate(accessToken)
  const { count } = await db
    .selectFrom('refresh_tokens')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  assert.equal(count, 2)
})

test('within the grace an old token leads to the newest one, even if that was replaced again', async (t) => {
  const started = await startOAuth(t)
  const { access, client } = started
  const first = await logIn(started)
  const second = await access.refreshGrant(refreshing(client, first.refreshToken))
  const third = await access.refreshGrant(refreshing(client, second.refreshToken))
  const late = await access.refreshGrant(refreshing(client, first.refreshToken))
  assert.equal(late.refreshToken, third.refreshToken)
})

test('an old refresh token after the grace ends the whole grant, and only that', async (t) => {
  const started = await startOAuth(t)
  const { access, client } = started
  const first = await logIn(started)
  const bystander = await logIn(started)
  const second = await access.refreshGrant(refreshing(client, first.refreshToken))
  await age(started, 11)
  assert.equal(await codeOf(access.refreshGrant(refreshing(client, first.refreshToken))), 'invalid_grant')
  for (const { accessToken } of [first, second]) {
    assert.equal(await codeOf(access.authenticate(accessToken)), 'not-authenticated')
  }
  assert.equal(await codeOf(access.refreshGrant(refreshing(client, second.refreshToken))), 'invalid_grant')
  await access.authenticate(bystander.accessToken)
})

test('a refresh token is for its client, ends after 90 days, and gives no wider scope', async (t) => {
  const started = await startOAuth(t)
  const { access, client, db, user, workspaceId } = started
  const other = await access.findClient(OTHER_CLI)
  assert.ok(other)
  const { refreshToken } = await logIn(started)
  assert.equal(await codeOf(access.refreshGrant(refreshing(other, refreshToken))), 'invalid_grant')
  assert.equal(await codeOf(access.refreshGrant(refreshing(client, `${refreshToken}x`))), 'invalid_grant')
  const narrowed = await access.refreshGrant({
    ...refreshing(client, refreshToken),
    scopes: ['workspace:admin'],
  })
  assert.deepEqual((await access.authenticate(narrowed.accessToken)).scopes, ['workspace:admin'])
  await db
    .updateTable('refresh_tokens')
    .set({ expires_at: new Date(Date.now() - 1) })
    .execute()
  assert.equal(await codeOf(access.refreshGrant(refreshing(client, narrowed.refreshToken))), 'invalid_grant')
  const code = await access.grantConsent(user.call, {
    clientId: CLI,
    workspaceId,
    scopes: ['workspace:admin'],
    redirectUri: REDIRECT,
    codeChallenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
  })
  const exchange = { client, code, redirectUri: REDIRECT, codeVerifier: 'v'.repeat(43), requestId: 'r' }
  const small = await access.exchangeCode(exchange)
  const wider = { ...refreshing(client, small.refreshToken), scopes: ['workspace:admin', 'offline_access'] }
  assert.equal(await codeOf(access.refreshGrant(wider)), 'invalid_scope')
})

test('what an application may do ends with what its user may do', async (t) => {
  const started = await startOAuth(t, 'workspace-reader')
  const { access, client, db, user, workspaceId } = started
  const { accessToken, refreshToken } = await logIn(started)
  const principal = await access.authenticate(accessToken)
  assert.deepEqual(principal.bindings, [
    { role: 'workspace-reader', scope: { type: 'workspace', id: workspaceId } },
  ])
  assert.equal(
    await codeOf(access.createServiceToken({ principal, requestId: 'r' }, { workspaceId, name: 'x' })),
    'forbidden',
  )
  await db.updateTable('users').set({ disabled_at: new Date() }).execute()
  assert.equal(await codeOf(access.authenticate(accessToken)), 'not-authenticated')
  assert.equal(await codeOf(access.refreshGrant(refreshing(client, refreshToken))), 'invalid_grant')
  await db.updateTable('users').set({ disabled_at: null }).execute()
  await access.authenticate(accessToken)
  await db.deleteFrom('role_bindings').where('user_id', '=', user.id).execute()
  assert.equal(await codeOf(access.authenticate(accessToken)), 'not-authenticated')
  assert.equal(await codeOf(access.refreshGrant(refreshing(client, refreshToken))), 'invalid_grant')
})

test('the purge keeps what is alive and what reuse is recognized by', async (t) => {
  const started = await startOAuth(t)
  const { access, client, db } = started
  const first = await logIn(started)
  const second = await access.refreshGrant(refreshing(client, first.refreshToken))
  await access.purgeExpired()
  await access.authenticate(second.accessToken)
  assert.ok(await access.authenticateSession(started.user.session))
  await age(started, 60)
  assert.equal(await codeOf(access.refreshGrant(refreshing(client, first.refreshToken))), 'invalid_grant')

  const past = new Date(Date.now() - 2 * 86_400_000)
  for (const table of ['sessions', 'authorization_codes', 'refresh_tokens', 'access_tokens'] as const) {
    await db.updateTable(table).set({ expires_at: past }).execute()
  }
  await db.updateTable('login_failures').set({ last_at: past }).execute()
  await access.purgeExpired()
  for (const table of [
    ...(['sessions', 'authorization_codes', 'refresh_tokens'] as const),
    ...(['access_tokens', 'login_failures'] as const),
  ]) {
    const rows = await db.selectFrom(table).select(sql`1`.as('one')).execute()
    assert.equal(rows.length, 0, table)
  }
})
