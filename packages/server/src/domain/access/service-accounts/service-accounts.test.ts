import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestAccess, createTestUser } from '../../../../test/access.ts'
import { codeOf } from '../../../../test/oauth.ts'
import { newId } from '../../../platform/ids/index.ts'

const page = { sort: 'name', descending: false, limit: 10, after: null }

test('a service account is a service token whose value can be read again, by who may make one', async (t) => {
  const given = await createTestAccess(t)
  const { access, system, db } = given
  const [{ id: workspaceId, organizationId }, { id: elsewhere }] = given.workspaces
  const scope = { type: 'workspace', id: workspaceId } as const
  const watcher = await createTestUser(given, 'watcher@example.com', 'workspace-reader', scope)
  const editor = await createTestUser(given, 'editor@example.com', 'workspace-editor', scope)
  const call = { ...system, resourceId: newId() }
  const account = await access.createServiceAccount(call, { workspaceId, name: ' agent ' })
  assert.deepEqual(await access.createServiceAccount(call, { workspaceId, name: 'agent' }), account)
  assert.deepEqual([account.name, account.organizationId], ['agent', organizationId])
  const token = await access.readServiceAccountToken(system, account.id)
  assert.equal((await access.authenticate(token)).id, account.id)
  const rows = JSON.stringify(await db.selectFrom('access_tokens').selectAll().execute())
  const events = JSON.stringify(await db.selectFrom('events').selectAll().execute())
  for (const text of [rows, events]) assert.ok(!text.includes(token))

  const shown = await access.createServiceToken(system, { workspaceId, name: 'shown once' })
  assert.equal(await codeOf(access.readServiceAccountToken(system, shown.id)), 'token-not-found')
  const named = async (filter: object) =>
    (await access.pageServiceAccounts(watcher.call, { workspaceId, page, ...filter })).items.map(
      ({ name }) => name,
    )
  assert.deepEqual(await named({}), ['agent', 'shown once'])
  assert.deepEqual(await named({ token }), ['agent'])
  assert.deepEqual(await named({ token: 'x' }), [])
  for (const [expected, attempt] of [
    ['forbidden', () => access.readServiceAccountToken(watcher.call, account.id)],
    ['forbidden', () => access.deleteServiceAccount(watcher.call, account.id)],
    ['forbidden', () => access.pageServiceAccounts(editor.call, { workspaceId, page })],
    ['forbidden', () => access.createServiceAccount(editor.call, { workspaceId, name: 'x' })],
    ['token-not-found', () => access.getServiceAccount(editor.call, account.id)],
    ['workspace-not-found', () => access.pageServiceAccounts(watcher.call, { workspaceId: elsewhere, page })],
    ['invalid-input', () => access.createServiceAccount(system, { workspaceId, name: ' ' })],
  ] as const) {
    assert.equal(await codeOf(attempt()), expected)
  }
  await access.deleteServiceAccount(system, account.id)
  assert.equal(await codeOf(access.authenticate(token)), 'not-authenticated')
  assert.equal(await codeOf(access.readServiceAccountToken(system, account.id)), 'token-not-found')
})
