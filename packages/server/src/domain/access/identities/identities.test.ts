import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { createTestAccess, createTestUser } from '../../../../test/access.ts'
import { codeOf } from '../../../../test/oauth.ts'
import { newId } from '../../../platform/ids/index.ts'
import { isAllowed } from '../rules/ability.ts'
import { tokenPrefixOf } from '../token-format.ts'
import type { IdentityKind } from './entities.ts'

async function setUp(t: TestContext) {
  const given = await createTestAccess(t)
  const [acme, other] = given.workspaces
  const { organizationId } = acme
  const scope = { type: 'organization', id: organizationId } as const
  const admin = await createTestUser(given, 'admin@example.com', 'organization-admin', scope)
  const create = (kind: IdentityKind = 'identity', name = 'ci') =>
    given.access.createIdentity(admin.call, { organizationId, kind, name })
  const exchange = (clientId: string, secret: string, kind: IdentityKind = 'identity') =>
    given.access.exchangeSecret({ kind, clientId, secret, address: '192.0.2.9', requestId: 'r' })
  return { ...given, acme, other, organizationId, admin, create, exchange }
}

test('an identity logs in with its secret, and may do what it is given', async (t) => {
  const { access, admin, acme, create, exchange, db } = await setUp(t)
  const made = await create()
  assert.equal(tokenPrefixOf(made.secret), 'croft_secret_')
  assert.deepEqual([made.enabled, made.secretGeneration, made.lastUsedAt], [true, 1, null])
  assert.equal(made.createdBy, admin.id)
  const { token, expiresIn } = await exchange(made.clientId, made.secret)
  assert.equal(expiresIn, 3600)
  assert.equal(tokenPrefixOf(token), 'croft_identity_')
  const before = await access.authenticate(token)
  assert.deepEqual([before.type, before.id, before.name, before.bindings], ['identity', made.id, 'ci', []])
  const fields = { id: acme.id }
  assert.ok(!isAllowed(before, 'read', 'workspaces', fields))
  const holder = { type: 'identity', id: made.id } as const
  const scope = { type: 'workspace', id: acme.id } as const
  await access.createBinding(admin.call, { holder, role: 'workspace-reader', scope })
  assert.ok(isAllowed(await access.authenticate(token), 'read', 'workspaces', fields))
  const shown = await access.getIdentity(admin.call, { kind: 'identity', id: made.id })
  assert.ok(shown.lastUsedAt !== null)
  assert.ok(!('secret' in shown))
  const stored = await db.selectFrom('service_identities').selectAll().executeTakeFirstOrThrow()
  assert.ok(!JSON.stringify(stored).includes(made.secret))
  const events = await db.selectFrom('events').selectAll().execute()
  assert.ok(!JSON.stringify(events).includes(made.secret) && !JSON.stringify(events).includes(token))
  assert.ok(events.some(({ action, actor_id }) => action === 'identity.logged-in' && actor_id === made.id))
})

test('key pairs have the form that App Services’ clients know, and tokens for half an hour', async (t) => {
  const { access, create, exchange, admin, organizationId } = await setUp(t)
  const made = await create('key-pair')
  assert.match(made.clientId, /^[a-z]{8}$/)
  assert.match(made.secret, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  const { token, expiresIn } = await exchange(made.clientId, made.secret, 'key-pair')
  assert.equal(expiresIn, 1800)
  assert.equal((await access.authenticate(token)).id, made.id)
  assert.equal(await codeOf(exchange(made.clientId, made.secret, 'identity')), 'not-authenticated')
  const page = { limit: 10, after: null }
  const list = async (kind: IdentityKind) =>
    (await access.listIdentities(admin.call, { kind, organizationId, page })).items.map(({ id }) => id)
  assert.deepEqual([await list('key-pair'), await list('identity')], [[made.id], []])
  const asIdentity = access.getIdentity(admin.call, { kind: 'identity', id: made.id })
  assert.equal(await codeOf(asIdentity), 'identity-not-found')
})

test('the last use of a token is its identity’s too', async (t) => {
  const { access, admin, create, exchange, db } = await setUp(t)
  const made = await create()
  const { token } = await exchange(made.clientId, made.secret)
  await db.updateTable('service_identities').set({ last_used_at: null }).execute()
  await access.authenticate(token)
  await access.close()
  const { lastUsedAt } = await access.getIdentity(admin.call, { kind: 'identity', id: made.id })
  assert.ok(lastUsedAt !== null)
  const row = await db.selectFrom('access_tokens').select('last_used_at').executeTakeFirstOrThrow()
  assert.ok(row.last_used_at !== null)
})

test('what is wrong is told in one way, and slows down who keeps trying, but not who is right', async (t) => {
  const { create, exchange, db, access, admin } = await setUp(t)
  const made = await create()
  const wrong = [
    [made.clientId, 'wrong'],
    [made.clientId, `${made.secret}x`],
    [newId(), made.secret],
    ['a\u0000b', made.secret],
    ['x'.repeat(5000), made.secret],
  ] as const
  const messages = new Set<string>()
  for (const [clientId, secret] of wrong) {
    await exchange(clientId, secret).then(
      () => assert.fail('logged in'),
      (error: Error & { code?: string }) => messages.add(`${error.code} ${error.message}`),
    )
  }
  assert.equal(messages.size, 1)
  assert.match([...messages].join(), /^not-authenticated /)
  const codes: string[] = []
  for (let index = 0; index < 8; index++) codes.push(await codeOf(exchange(made.clientId, 'wrong')))
  assert.equal(codes.at(-1), 'rate-limited')
  const many = Array.from({ length: 20 }, () => codeOf(exchange(made.clientId, made.secret)))
  assert.deepEqual(new Set(await Promise.all(many)), new Set(['done']))
  const refused = await db
    .selectFrom('events')
    .where('action', '=', 'identity.login-refused')
    .selectAll()
    .execute()
  assert.ok(refused.length > 0 && !JSON.stringify(refused).includes(made.secret))
  await db.deleteFrom('login_failures').execute()
  await access.updateIdentity(admin.call, { kind: 'identity', id: made.id, changes: { enabled: false } })
  assert.equal(await codeOf(exchange(made.clientId, made.secret)), 'not-authenticated')
})

test('a new secret, a switch and a deletion end tokens at once', async (t) => {
  const { access, admin, create, exchange, db, acme } = await setUp(t)
  const made = await create()
  const which = { kind: 'identity', id: made.id } as const
  const first = await exchange(made.clientId, made.secret)
  const alive = (token: string) => codeOf(access.authenticate(token))
  const again = await access.regenerateSecret(admin.call, which)
  assert.equal(again.secretGeneration, 2)
  assert.notEqual(again.clientId, made.clientId)
  assert.equal(await alive(first.token), 'not-authenticated')
  assert.equal(await codeOf(exchange(made.clientId, made.secret)), 'not-authenticated')
  assert.equal(await codeOf(exchange(again.clientId, made.secret)), 'not-authenticated')
  const second = await exchange(again.clientId, again.secret)
  const off = await access.updateIdentity(admin.call, { ...which, changes: { enabled: false } })
  assert.deepEqual([off.enabled, await alive(second.token)], [false, 'not-authenticated'])
  const on = await access.updateIdentity(admin.call, { ...which, changes: { enabled: true, name: 'cd' } })
  assert.deepEqual([on.enabled, on.name, await alive(second.token)], [true, 'cd', 'done'])
  await db
    .updateTable('access_tokens')
    .set({ expires_at: sql<Date>`now() - interval '1 second'` })
    .where('identity_id', '=', made.id)
    .execute()
  assert.equal(await alive(second.token), 'not-authenticated')
  const third = await exchange(again.clientId, again.secret)
  const holder = { type: 'identity', id: made.id } as const
  const scope = { type: 'workspace', id: acme.id } as const
  await access.createBinding(admin.call, { holder, role: 'workspace-reader', scope })
  await access.deleteIdentity(admin.call, which)
  assert.equal(await alive(third.token), 'not-authenticated')
  assert.equal(await codeOf(exchange(again.clientId, again.secret)), 'not-authenticated')
  for (const gone of [
    () => access.getIdentity(admin.call, which),
    () => access.updateIdentity(admin.call, { ...which, changes: {} }),
    () => access.regenerateSecret(admin.call, which),
    () => access.deleteIdentity(admin.call, which),
    () => access.createBinding(admin.call, { holder, role: 'workspace-reader', scope }),
  ]) {
    assert.equal(await codeOf(gone()), 'identity-not-found')
  }
  const held = await db.selectFrom('role_bindings').where('identity_id', '=', made.id).selectAll().execute()
  assert.deepEqual(held, [])
  assert.equal((await create('identity', 'cd')).name, 'cd', 'the name is free again')
})

test('names are unique in an organization and kind', async (t) => {
  const { create, access, admin, system, other } = await setUp(t)
  const { id } = await create()
  const second = await create('identity', 'second')
  assert.equal(await codeOf(create()), 'name-taken')
  assert.equal(await codeOf(create('identity', ' ')), 'invalid-input')
  const rename = { kind: 'identity', id: second.id, changes: { name: ' ci ' } } as const
  assert.equal(await codeOf(access.updateIdentity(admin.call, rename)), 'name-taken')
  assert.equal((await create('key-pair')).name, 'ci')
  const elsewhere = { organizationId: other.organizationId, kind: 'identity', name: 'ci' } as const
  assert.equal((await access.createIdentity(system, elsewhere)).name, 'ci')
  const call = { ...admin.call, resourceId: id }
  const input = {
    organizationId: (await create('identity', 'x')).organizationId,
    kind: 'identity',
    name: 'ci',
  } as const
  const repeated = await access.createIdentity(call, input)
  assert.equal(repeated.id, id)
})

test('only who decides about an organization has to do with its identities', async (t) => {
  const given = await setUp(t)
  const { access, acme, other, organizationId, create, exchange, admin } = given
  const made = await create()
  const which = { kind: 'identity', id: made.id } as const
  const page = { limit: 10, after: null }
  const scope = { type: 'organization', id: other.organizationId } as const
  const stranger = await createTestUser(given, 's@example.com', 'organization-admin', scope)
  const reader = await createTestUser(given, 'r@example.com', 'organization-reader', {
    type: 'organization',
    id: organizationId,
  })
  const attempts = (call: typeof stranger.call) => [
    access.listIdentities(call, { kind: 'identity', organizationId, page }),
    access.createIdentity(call, { kind: 'identity', organizationId, name: 'x' }),
    access.getIdentity(call, which),
    access.updateIdentity(call, { ...which, changes: { enabled: false } }),
    access.regenerateSecret(call, which),
    access.deleteIdentity(call, which),
  ]
  const codes = (call: typeof stranger.call) => Promise.all(attempts(call).map(codeOf))
  const foreign = ['organization-not-found', 'organization-not-found', ...Array(4).fill('identity-not-found')]
  assert.deepEqual(await codes(stranger.call), foreign)
  assert.deepEqual(await codes(reader.call), Array(6).fill('forbidden'))
  for (const id of [newId(), 'no-id']) {
    const none = access.listIdentities(admin.call, { kind: 'identity', organizationId: id, page })
    assert.equal(await codeOf(none), 'organization-not-found')
  }
  // An administrator that is a program makes no others.
  const holder = { type: 'identity', id: made.id } as const
  await access.createBinding(admin.call, {
    holder,
    role: 'organization-admin',
    scope: { type: 'organization', id: organizationId },
  })
  const { token } = await exchange(made.clientId, made.secret)
  const call = { principal: await access.authenticate(token), requestId: 'r' }
  assert.equal(
    await codeOf(access.createIdentity(call, { kind: 'identity', organizationId, name: 'x' })),
    'forbidden',
  )
  assert.equal(await codeOf(access.regenerateSecret(call, which)), 'forbidden')
  assert.equal(await codeOf(access.getIdentity(call, which)), 'done')
  // One of another organization does not exist here, nor does it reach the platform.
  const [elsewhere] = await Promise.all([
    access.createIdentity(stranger.call, {
      kind: 'identity',
      organizationId: other.organizationId,
      name: 'x',
    }),
  ])
  const give = (id: string, role: string, type: 'workspace' | 'platform') =>
    access.createBinding(given.system, {
      holder: { type: 'identity', id },
      role,
      scope: { type, id: type === 'platform' ? null : acme.id },
    })
  assert.equal(await codeOf(give(elsewhere.id, 'workspace-reader', 'workspace')), 'identity-not-found')
  assert.equal(await codeOf(give(made.id, 'platform-admin', 'platform')), 'invalid-input')
})
