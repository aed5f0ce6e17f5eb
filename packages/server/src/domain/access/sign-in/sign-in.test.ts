import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { createTestAccess, createTestUser, PASSWORD } from '../../../../test/access.ts'
import { codeOf } from '../../../../test/oauth.ts'
import { transact } from '../../../platform/db/index.ts'
import { deleteSessions } from '../people/end-sessions.ts'

const EMAIL = 'user@example.com'
const issuer = { issuer: 'https://croft.example.com/auth', audience: 'croft-pds' }
const visitor = { address: '192.0.2.1', userAgent: 'a program', requestId: 'test' }

async function setUp(t: TestContext) {
  const given = await createTestAccess(t)
  const scope = { type: 'workspace', id: given.workspaces[0].id } as const
  const user = await createTestUser(given, EMAIL, 'workspace-editor', scope)
  const exchange = (code: string) => given.access.exchangeSignInCode({ code, issuer, ...visitor })
  return { ...given, user, exchange }
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

test('a code is good once, for a session and a token that is its user', async (t) => {
  const { access, user, exchange, db } = await setUp(t)
  const code = await access.createSignInCode(user.call)
  const signed = await exchange(code)
  assert.equal(await codeOf(exchange(code)), 'not-authenticated')
  assert.deepEqual(signed.user, { id: user.id, email: EMAIL, name: signed.user.name })
  assert.equal(signed.expiresIn, 3600)
  const claims = claimsOf(signed.idToken)
  assert.deepEqual([claims.iss, claims.aud, claims.sub], [issuer.issuer, issuer.audience, user.id])
  assert.equal(claims.exp - claims.iat, 3600)
  const principal = await access.authenticate(signed.idToken)
  assert.deepEqual([principal.type, principal.userId, principal.byOwnKey], ['user', user.id, undefined])
  assert.deepEqual(principal.bindings, user.principal.bindings)
  await access.createUserKey({ principal, requestId: 'test' }, { name: 'ci', expiresAt: null })
  const kept = JSON.stringify(await db.selectFrom('events').selectAll().execute())
  for (const secret of [code, signed.idToken, signed.refreshToken]) assert.ok(!kept.includes(secret))
})

test('an old code, a foreign one and one of a disabled user are nothing', async (t) => {
  const { access, user, exchange, db } = await setUp(t)
  const old = await access.createSignInCode(user.call)
  await db.updateTable('sign_in_codes').set({ expires_at: sql<Date>`now()` }).execute()
  const disabled = await access.createSignInCode(user.call)
  await db.updateTable('users').set({ disabled_at: new Date() }).where('id', '=', user.id).execute()
  for (const code of [old, disabled, 'croft_code_x', '', 'a\0b']) {
    assert.equal(await codeOf(exchange(code)), 'not-authenticated')
  }
})

test('a refresh gives more tokens until the session ends, and its tokens end with it', async (t) => {
  const { access, user, db } = await setUp(t)
  const first = await access.signIn({ email: EMAIL, password: PASSWORD, issuer, ...visitor })
  const { refreshToken } = first
  const second = await access.refreshSignIn({ refreshToken, issuer })
  assert.notEqual(second.idToken, first.idToken)
  assert.equal(second.refreshToken, refreshToken)
  for (const { idToken } of [first, second]) {
    assert.equal((await access.authenticate(idToken)).userId, user.id)
  }
  await db.updateTable('sessions').set({ expires_at: sql<Date>`now() + interval '600 seconds'` }).execute()
  const short = await access.refreshSignIn({ refreshToken, issuer })
  assert.ok(short.expiresIn <= 600, 'no longer than the session')
  await access.logout(user.call, refreshToken)
  for (const { idToken } of [first, second, short]) {
    assert.equal(await codeOf(access.authenticate(idToken)), 'not-authenticated')
  }
  for (const gone of [refreshToken, 'x', first.idToken]) {
    assert.equal(await codeOf(access.refreshSignIn({ refreshToken: gone, issuer })), 'not-authenticated')
  }
})

test('all sessions of a user end with their tokens, and codes that nobody has exchanged', async (t) => {
  const { access, user, exchange, db } = await setUp(t)
  const { idToken } = await access.signIn({ email: EMAIL, password: PASSWORD, issuer, ...visitor })
  const code = await access.createSignInCode(user.call)
  await transact(db, (tx) => deleteSessions(tx, user.id))
  assert.equal(await codeOf(access.authenticate(idToken)), 'not-authenticated')
  assert.equal(await codeOf(exchange(code)), 'not-authenticated')
})

test('a session that was idle too long gives nothing', async (t) => {
  const { access, db } = await setUp(t)
  const { refreshToken } = await access.signIn({ email: EMAIL, password: PASSWORD, issuer, ...visitor })
  await db.updateTable('sessions').set({ last_seen_at: sql<Date>`now() - interval '3 hours'` }).execute()
  assert.equal(await codeOf(access.refreshSignIn({ refreshToken, issuer })), 'not-authenticated')
})

test('only people make codes, and not by their API keys', async (t) => {
  const { access, user, system } = await setUp(t)
  const key = await access.createUserKey(user.call, { name: 'ci', expiresAt: null })
  const byKey = { principal: await access.authenticate(key.value), requestId: 'test' }
  for (const call of [byKey, system]) assert.equal(await codeOf(access.createSignInCode(call)), 'forbidden')
})

test('the purge takes what signed in and has expired, and no other token of a user', async (t) => {
  const { access, user, db, system } = await setUp(t)
  await access.signIn({ email: EMAIL, password: PASSWORD, issuer, ...visitor })
  await access.createUserToken(system, { userId: user.id, name: 'cli' })
  await access.createSignInCode(user.call)
  await db.updateTable('access_tokens').set({ expires_at: sql<Date>`now() - interval '2 days'` }).execute()
  await db.updateTable('sign_in_codes').set({ expires_at: sql<Date>`now() - interval '2 days'` }).execute()
  await access.purgeExpired()
  const left = await db.selectFrom('access_tokens').select('name').execute()
  assert.deepEqual(left, [{ name: 'cli' }])
  assert.deepEqual(await db.selectFrom('sign_in_codes').selectAll().execute(), [])
})
