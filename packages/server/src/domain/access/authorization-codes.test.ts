import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import { createTestAccess } from '../../../test/access.ts'
import {
  CLI,
  codeOf,
  consent,
  logIn,
  OTHER_CLI,
  REDIRECT,
  refreshing,
  startOAuth,
} from '../../../test/oauth.ts'
import { newId } from '../../platform/ids/index.ts'
import { bareId } from './bare-id.ts'

test('Prisma’s own clients are registered, under ids that are their client ids', async (t) => {
  const { access } = await createTestAccess(t)
  for (const clientId of [CLI, OTHER_CLI]) {
    const client = await access.findClient(clientId)
    assert.ok(client && !client.confidential)
    assert.equal(bareId(client.id), clientId)
  }
  assert.equal(await access.findClient('a\0b'), undefined)
})

test('a code becomes tokens with the claims that clients read', async (t) => {
  const started = await startOAuth(t)
  const { access, user, workspaceId } = started
  const tokens = await logIn(started)
  assert.equal(tokens.expiresIn, 3600)
  const claims = JSON.parse(Buffer.from(tokens.accessToken.split('.')[1] ?? '', 'base64url').toString())
  const { jti, iat, exp, ...rest } = claims
  assert.deepEqual(rest, {
    sub: bareId(user.id),
    email: 'dev@example.com',
    workspace_id: bareId(workspaceId),
    scope: 'workspace:admin offline_access',
  })
  assert.equal(exp - iat, 3600)
  const principal = await access.authenticate(tokens.accessToken)
  assert.equal(bareId(principal.tokenId ?? ''), jti)
  assert.deepEqual(
    [principal.type, principal.userId, principal.workspaceId, principal.bindings],
    [
      'oauth',
      user.id,
      workspaceId,
      [{ role: 'workspace-admin', scope: { type: 'workspace', id: workspaceId } }],
    ],
  )
  await started.db
    .updateTable('access_tokens')
    .set({ expires_at: new Date(Date.now() - 1) })
    .execute()
  assert.equal(await codeOf(access.authenticate(tokens.accessToken)), 'not-authenticated')
})

test('a code is for its client, its address and its verifier, for a minute', async (t) => {
  const started = await startOAuth(t)
  const { access, client, db, system } = started
  const other = await access.findClient(OTHER_CLI)
  assert.ok(other)
  const good = { client, ...(await consent(started)) }
  for (const wrong of [
    { ...good, code: 'unknown' },
    { ...good, client: other },
    { ...good, redirectUri: 'http://localhost:5124/auth/callback' },
    { ...good, codeVerifier: undefined },
    { ...good, codeVerifier: randomBytes(32).toString('base64url') },
  ]) {
    assert.equal(await codeOf(access.exchangeCode(wrong)), 'invalid_grant')
  }
  await access.exchangeCode(good)

  const late = { client, ...(await consent(started)) }
  const { left } = await db
    .selectFrom('authorization_codes')
    .where('used_at', 'is', null)
    .select(sql<number>`extract(epoch from expires_at - now())::float8`.as('left'))
    .executeTakeFirstOrThrow()
  assert.ok(left > 0 && left <= 60)
  await db
    .updateTable('authorization_codes')
    .set({ expires_at: new Date(Date.now() - 1) })
    .execute()
  assert.equal(await codeOf(access.exchangeCode(late)), 'invalid_grant')

  const app = await access.createApplication(system, {
    name: 'Server',
    redirectUris: ['https://app.example.com/cb'],
    confidential: true,
  })
  const without = {
    clientId: app.clientId,
    workspaceId: started.workspaceId,
    scopes: ['workspace:admin'],
    redirectUri: 'https://app.example.com/cb',
    codeChallenge: null,
  }
  const plain = { client: app, redirectUri: without.redirectUri, requestId: 'r' }
  const first = await access.grantConsent(started.user.call, without)
  // A verifier for a code without challenge: the challenge was taken out on the way.
  const codeVerifier = 'v'.repeat(43)
  assert.equal(await codeOf(access.exchangeCode({ ...plain, code: first, codeVerifier })), 'invalid_grant')
  assert.equal(await codeOf(access.exchangeCode({ ...plain, code: first, codeVerifier: undefined })), 'done')
})

test('a code used twice ends what it began', async (t) => {
  const started = await startOAuth(t)
  const { access, client, db } = started
  const exchange = { client, ...(await consent(started)) }
  const tokens = await access.exchangeCode(exchange)
  const bystander = await logIn(started)
  assert.equal(await codeOf(access.exchangeCode(exchange)), 'invalid_grant')
  assert.equal(await codeOf(access.authenticate(tokens.accessToken)), 'not-authenticated')
  assert.equal(await codeOf(access.refreshGrant(refreshing(client, tokens.refreshToken))), 'invalid_grant')
  await access.authenticate(bystander.accessToken)
  const event = await db
    .selectFrom('events')
    .selectAll()
    .where('action', '=', 'grant.revoked')
    .executeTakeFirstOrThrow()
  assert.deepEqual(event.after, { reason: 'authorization code used twice' })
})

test('of two exchanges of one code at once, one wins and the grant ends', async (t) => {
  const started = await startOAuth(t)
  const exchange = { client: started.client, ...(await consent(started)) }
  const results = await Promise.all([1, 2, 3].map(() => codeOf(started.access.exchangeCode(exchange))))
  assert.deepEqual(results.sort(), ['done', 'invalid_grant', 'invalid_grant'])
})

test('consent is for users, for workspaces they see, and for what the client registered', async (t) => {
  const started = await startOAuth(t)
  const { access, system, user, workspaces } = started
  const wanted = {
    clientId: CLI,
    workspaceId: started.workspaceId,
    scopes: ['workspace:admin'],
    redirectUri: REDIRECT,
    codeChallenge: 'c'.repeat(43),
  }
  assert.equal(await codeOf(access.grantConsent(system, wanted)), 'forbidden')
  for (const workspaceId of [workspaces[1].id, newId()]) {
    assert.equal(
      await codeOf(access.grantConsent(user.call, { ...wanted, workspaceId })),
      'workspace-not-found',
    )
  }
  for (const [change, code] of [
    [{ codeChallenge: null }, 'invalid_request'],
    [{ codeChallenge: 'short' }, 'invalid_request'],
    [{ redirectUri: 'https://evil.example/cb' }, 'unauthorized_client'],
    [{ clientId: 'nobody' }, 'unauthorized_client'],
  ] as const) {
    assert.equal(await codeOf(access.grantConsent(user.call, { ...wanted, ...change })), code)
  }
})
