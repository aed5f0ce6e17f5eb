import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestUser } from '../../../test/access.ts'
import { CLI, codeOf, consent, logIn, OTHER_CLI, refreshing, startOAuth } from '../../../test/oauth.ts'
import { newId } from '../../platform/ids/index.ts'

const page = { limit: 100, after: null }

test('grants are listed while they live, and revoked by their id or by their client', async (t) => {
  const started = await startOAuth(t)
  const { access, client, db, user, workspaceId, workspaces } = started
  const tokens = [await logIn(started), await logIn(started), await logIn(started)]
  await consent(started)
  const call = user.call
  const { items } = await access.listGrants(call, { workspaceId, page })
  assert.equal(items.length, 3, 'a consent whose code was never used is not listed')
  const [first] = items
  assert.ok(first)
  assert.deepEqual(first.application.clientId, CLI)
  assert.deepEqual(first.user, { id: user.id, email: 'dev@example.com', displayName: null })
  assert.deepEqual(await access.getGrant(call, first.id), first)
  const { next } = await access.listGrants(call, { workspaceId, page: { limit: 2, after: null } })
  assert.equal(
    (await access.listGrants(call, { workspaceId, page: { limit: 2, after: next } })).items.length,
    1,
  )

  await access.revokeGrant(call, { id: first.id })
  assert.equal(await codeOf(access.authenticate(tokens[0]?.accessToken ?? '')), 'not-authenticated')
  assert.equal(
    await codeOf(access.refreshGrant(refreshing(client, tokens[0]?.refreshToken ?? ''))),
    'invalid_grant',
  )
  await access.authenticate(tokens[1]?.accessToken ?? '')
  assert.equal(await codeOf(access.getGrant(call, first.id)), 'grant-not-found')
  assert.equal(await codeOf(access.revokeGrant(call, { id: first.id })), 'grant-not-found')

  const stranger = await createTestUser(started, 'other@example.com', 'workspace-admin', {
    type: 'workspace',
    id: workspaces[1].id,
  })
  const second = items[1]?.id ?? ''
  assert.equal(await codeOf(access.revokeGrant(stranger.call, { id: second })), 'grant-not-found')
  assert.equal(await codeOf(access.getGrant(stranger.call, second)), 'grant-not-found')
  for (const id of [CLI, second]) {
    assert.equal(await codeOf(access.revokeGrant(stranger.call, { workspaceId, id })), 'workspace-not-found')
    const elsewhere = { workspaceId: workspaces[1].id, id }
    assert.equal(await codeOf(access.revokeGrant(stranger.call, elsewhere)), 'grant-not-found')
  }
  assert.equal(await codeOf(access.listGrants(stranger.call, { workspaceId, page })), 'workspace-not-found')
  for (const id of ['nothing', 'a\0b', newId(), OTHER_CLI]) {
    assert.equal(await codeOf(access.revokeGrant(call, { workspaceId, id })), 'grant-not-found')
  }
  await access.revokeGrant(call, { workspaceId, id: CLI })
  for (const { accessToken } of tokens) {
    assert.equal(await codeOf(access.authenticate(accessToken)), 'not-authenticated')
  }
  const ends = await db.selectFrom('events').select('id').where('action', '=', 'grant.revoked').execute()
  assert.equal(ends.length, 4)
})

test('a grant dies although a refresh runs at the same moment', async (t) => {
  const started = await startOAuth(t)
  const { access, client, user, workspaceId } = started
  const { accessToken, refreshToken } = await logIn(started)
  const { id } = await access.authenticate(accessToken)
  const results = await Promise.allSettled([
    access.refreshGrant(refreshing(client, refreshToken)),
    access.revokeGrant(user.call, { workspaceId, id }),
    access.refreshGrant(refreshing(client, refreshToken)),
  ])
  assert.equal(results[1].status, 'fulfilled')
  for (const result of [results[0], results[2]]) {
    if (result.status === 'rejected') continue
    assert.equal(await codeOf(access.authenticate(result.value.accessToken)), 'not-authenticated')
    assert.equal(
      await codeOf(access.refreshGrant(refreshing(client, result.value.refreshToken))),
      'invalid_grant',
    )
  }
})

test('applications are for platform administrators; a deleted one takes its grants along', async (t) => {
  const started = await startOAuth(t)
  const { access, system, user } = started
  const wanted = { name: 'Dash', redirectUris: ['https://dash.example.com/cb'], confidential: true }
  assert.equal(await codeOf(access.createApplication(user.call, wanted)), 'forbidden')
  assert.equal(await codeOf(access.listApplications(user.call, { page })), 'forbidden')
  assert.equal(await codeOf(access.deleteApplication(user.call, CLI)), 'forbidden')
  for (const redirectUris of [
    [],
    ['javascript:alert(1)'],
    Array.from({ length: 21 }, (_, n) => `https://x/${n}`),
  ]) {
    assert.equal(await codeOf(access.createApplication(system, { ...wanted, redirectUris })), 'invalid-input')
  }
  const { clientSecret, ...app } = await access.createApplication(system, wanted)
  assert.ok(clientSecret)
  const listed = await access.listApplications(system, { page })
  assert.deepEqual(
    listed.items.find(({ id }) => id === app.id),
    app,
  )
  assert.ok(!JSON.stringify(listed).includes(clientSecret))
  assert.deepEqual(
    await access.authenticateClient({ address: '192.0.2.1', clientId: app.clientId, clientSecret }),
    app,
  )
  for (const wrong of [undefined, '', `${clientSecret}x`]) {
    assert.equal(
      await codeOf(
        access.authenticateClient({ address: '192.0.2.1', clientId: app.clientId, clientSecret: wrong }),
      ),
      'invalid_client',
    )
  }
  assert.equal(
    await codeOf(
      access.authenticateClient({
        address: '192.0.2.1',
        clientId: CLI,
        clientSecret: 'a public client has none',
      }),
    ),
    'invalid_client',
  )

  const asked = await consent(started, app.clientId, 'https://dash.example.com/cb')
  const tokens = await access.exchangeCode({ client: app, ...asked })
  const pending = await consent(started, app.clientId, 'https://dash.example.com/cb')
  await access.deleteApplication(system, app.id)
  assert.equal(await codeOf(access.authenticate(tokens.accessToken)), 'not-authenticated')
  assert.equal(await codeOf(access.exchangeCode({ client: app, ...pending })), 'invalid_grant')
  assert.equal(await codeOf(access.refreshGrant(refreshing(app, tokens.refreshToken))), 'invalid_grant')
  assert.equal(
    await codeOf(access.authenticateClient({ address: '192.0.2.1', clientId: app.clientId, clientSecret })),
    'invalid_client',
  )
  for (const id of [app.id, app.clientId, 'a\0b']) {
    assert.equal(await codeOf(access.deleteApplication(system, id)), 'application-not-found')
  }
})

test('a grant’s end is enough, whatever its access tokens’ own rows say', async (t) => {
  const started = await startOAuth(t)
  const { accessToken } = await logIn(started)
  await started.db.updateTable('oauth_grants').set({ revoked_at: new Date() }).execute()
  assert.equal(await codeOf(started.access.authenticate(accessToken)), 'not-authenticated')
})
