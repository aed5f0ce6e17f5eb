import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { createTestAccess, createTestUser } from '../../../../test/access.ts'
import { codeOf } from '../../../../test/oauth.ts'
import { newId } from '../../../platform/ids/index.ts'
import { tokenPrefixOf } from '../token-format.ts'

const page = { limit: 100, after: null }

async function setUp(t: TestContext) {
  const given = await createTestAccess(t)
  const scope = { type: 'workspace', id: given.workspaces[0].id } as const
  const user = await createTestUser(given, 'user@example.com', 'workspace-editor', scope)
  const other = await createTestUser(given, 'other@example.com', 'workspace-editor', scope)
  const create = (name: string, expiresAt: Date | null = null) =>
    given.access.createUserKey(user.call, { name, expiresAt })
  return { ...given, user, other, create }
}

test('a key is its user, is shown again, and is kept sealed', async (t) => {
  const { access, user, create, db } = await setUp(t)
  const expiresAt = new Date(Date.now() + 3_600_000)
  const key = await create(' ci ', expiresAt)
  assert.deepEqual([key.name, key.enabled, key.expiresAt], ['ci', true, expiresAt])
  assert.equal(tokenPrefixOf(key.value), 'croft_key_')
  assert.ok(key.value.endsWith(key.hint))
  const principal = await access.authenticate(key.value)
  assert.deepEqual([principal.type, principal.id, principal.userId], ['user', key.id, user.id])
  assert.deepEqual(principal.bindings, user.principal.bindings)
  assert.deepEqual(await access.getUserKey(user.call, key.id), key)
  assert.deepEqual((await access.listUserKeys(user.call, { page })).items, [key])
  const rows = JSON.stringify(await db.selectFrom('access_tokens').selectAll().execute())
  const events = JSON.stringify(await db.selectFrom('events').selectAll().execute())
  for (const text of [rows, events]) assert.ok(!text.includes(key.value))
  const { sealed } = await db.selectFrom('access_tokens').select('sealed').executeTakeFirstOrThrow()
  assert.ok(sealed && !sealed.includes(key.value))
  await db.updateTable('users').set({ disabled_at: new Date() }).where('id', '=', user.id).execute()
  assert.equal(await codeOf(access.authenticate(key.value)), 'not-authenticated')
})

test('a key is switched off and on; only what is off or over can be deleted', async (t) => {
  const { access, user, create, db } = await setUp(t)
  const { id, value } = await create('one')
  assert.equal(await codeOf(access.deleteUserKey(user.call, id)), 'key-enabled')
  const off = await access.updateUserKey(user.call, { id, changes: { enabled: false, name: 'two' } })
  assert.deepEqual([off.enabled, off.name], [false, 'two'])
  assert.deepEqual(await access.getUserKey(user.call, id), off)
  assert.equal(await codeOf(access.authenticate(value)), 'not-authenticated')
  await access.updateUserKey(user.call, { id, changes: { enabled: true } })
  assert.equal(await codeOf(access.authenticate(value)), 'done')
  await access.updateUserKey(user.call, { id, changes: { enabled: false } })
  await access.deleteUserKey(user.call, id)
  for (const gone of [
    () => access.getUserKey(user.call, id),
    () => access.updateUserKey(user.call, { id, changes: { enabled: true } }),
    () => access.deleteUserKey(user.call, id),
  ]) {
    assert.equal(await codeOf(gone()), 'key-not-found')
  }
  assert.equal(await codeOf(access.authenticate(value)), 'not-authenticated')
  const { sealed } = await db.selectFrom('access_tokens').select('sealed').executeTakeFirstOrThrow()
  assert.equal(sealed, null)
  const over = await create('over', new Date(Date.now() + 3_600_000))
  await db
    .updateTable('access_tokens')
    .set({ expires_at: sql<Date>`now() - interval '1 second'` })
    .where('id', '=', over.id)
    .execute()
  assert.equal(await codeOf(access.authenticate(over.value)), 'not-authenticated')
  await access.deleteUserKey(user.call, over.id)
  const events = await db
    .selectFrom('events')
    .select('action')
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute()
  const updated = Array<string>(3).fill('user-key.updated')
  assert.deepEqual(
    events.map(({ action }) => action),
    ['user-key.created', ...updated, 'user-key.deleted'],
  )
})

test('a user has ten at most, also when many are made at once, and no two of a name', async (t) => {
  const { create, access, user, other } = await setUp(t)
  const codes = await Promise.all(Array.from({ length: 14 }, (_, index) => codeOf(create(`key ${index}`))))
  assert.deepEqual(codes.toSorted(), [...Array(10).fill('done'), ...Array(4).fill('too-many-keys')])
  const { items } = await access.listUserKeys(user.call, { page: { limit: 4, after: null } })
  const [first, second] = items
  assert.ok(first && second && items.length === 4)
  const rename = access.updateUserKey(user.call, { id: first.id, changes: { name: second.name } })
  assert.equal(await codeOf(rename), 'name-taken')
  await access.updateUserKey(user.call, { id: first.id, changes: { enabled: false } })
  assert.equal(await codeOf(create('eleventh')), 'too-many-keys', 'one that is switched off counts')
  await access.deleteUserKey(user.call, first.id)
  assert.equal(await codeOf(create(second.name)), 'name-taken')
  assert.equal(await codeOf(create(first.name)), 'done')
  assert.equal(await codeOf(access.createUserKey(other.call, { name: second.name, expiresAt: null })), 'done')
})

test('keys are for users, each sees its own, and bad input is refused', async (t) => {
  const { access, create, other, workspaces, system, user } = await setUp(t)
  const key = await create('one')
  for (const id of [key.id, newId(), 'no-id']) {
    assert.equal(await codeOf(access.getUserKey(other.call, id)), 'key-not-found')
    const changes = { enabled: false }
    assert.equal(await codeOf(access.updateUserKey(other.call, { id, changes })), 'key-not-found')
    assert.equal(await codeOf(access.deleteUserKey(other.call, id)), 'key-not-found')
  }
  assert.deepEqual((await access.listUserKeys(other.call, { page })).items, [])
  assert.equal(await codeOf(create(' ')), 'invalid-input')
  assert.equal(await codeOf(create('past', new Date(Date.now() - 1000))), 'invalid-input')
  assert.equal(await codeOf(create('never', new Date(Number.NaN))), 'invalid-input')
  const token = await access.createServiceToken(system, { workspaceId: workspaces[0].id, name: 'x' })
  const oauth = { ...user.principal, type: 'oauth' } as const
  for (const principal of [await access.authenticate(token.value), oauth]) {
    const call = { principal, requestId: 'r' }
    assert.equal(await codeOf(access.createUserKey(call, { name: 'x', expiresAt: null })), 'forbidden')
    assert.equal(await codeOf(access.listUserKeys(call, { page })), 'forbidden')
    assert.equal(await codeOf(access.getUserKey(call, key.id)), 'forbidden')
  }
  const call = { ...user.call, resourceId: newId() }
  const first = await access.createUserKey(call, { name: 'again', expiresAt: null })
  assert.deepEqual(await access.createUserKey(call, { name: 'again', expiresAt: null }), first)
})

test('a key changes neither keys nor the account: who finds one gains nothing that outlives it', async (t) => {
  const { access, user, create } = await setUp(t)
  const key = await create('found')
  const call = { principal: await access.authenticate(key.value), requestId: 'r' }
  assert.equal(call.principal.type, 'user')
  const id = key.id
  for (const tried of [
    access.createUserKey(call, { name: 'for ever', expiresAt: null }),
    access.listUserKeys(call, { page }),
    access.getUserKey(call, id),
    access.updateUserKey(call, { id, changes: { enabled: true } }),
    access.deleteUserKey(call, id),
  ]) {
    assert.equal(await codeOf(tried), 'forbidden')
  }
  assert.equal((await access.listUserKeys(user.call, { page })).items.length, 1)
})

test('a key may let go of itself, and of no other', async (t) => {
  const { access, user, create } = await setUp(t)
  const mine = await create('mine')
  const rest = await create('rest')
  const call = { principal: await access.authenticate(mine.value), requestId: 'r' }
  assert.equal(await access.endOwnKey(user.call), false, 'who comes without a key has none to end')
  assert.equal(await access.endOwnKey(call), true)
  assert.equal(await codeOf(access.authenticate(mine.value)), 'not-authenticated')
  assert.deepEqual(
    (await access.listUserKeys(user.call, { page })).items.map(({ id }) => id),
    [rest.id],
  )
})
