import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestUser } from '../../../../test/access.ts'
import { insertNamespace } from '../../../../test/namespace.ts'
import { codeOf, createPeopleApp, trail } from '../../../../test/people-app.ts'
import { newId } from '../../../platform/ids/index.ts'
import type { Call } from '../principal.ts'
import type { Policy } from './policy.ts'

async function setUp(t: TestContext) {
  const app = await createPeopleApp(t)
  const { db, workspaces, access } = app
  const [acme, other] = workspaces
  const { organizationId } = acme
  const projectId = newId()
  await db.insertInto('projects').values({ id: projectId, workspace_id: acme.id, name: 'p' }).execute()
  const { id: namespaceId } = await insertNamespace(db, acme.id, 'ns')
  const scope = { type: 'organization', id: organizationId } as const
  const chief = await app.user('chief@example.com', 'organization-admin', scope)
  const someone = await createTestUser(app, 'someone@example.com', 'workspace-reader', {
    type: 'workspace',
    id: other.id,
  })
  const { id: identityId } = await access.createIdentity(chief.call, {
    kind: 'identity',
    organizationId,
    name: 'robot',
  })
  const put = (call: Call, policy: Policy, actorId = someone.id) =>
    access.replaceRecord(call, { organizationId, actorId, policy })
  const post = (call: Call, policy: Policy, actorId = someone.id) =>
    access.createRecord(call, { organizationId, actorId, policy })
  const get = (call: Call, actorId = someone.id) => access.getRecord(call, { organizationId, actorId })
  const rolesOf = async (userId: string) =>
    (
      await db
        .selectFrom('role_bindings')
        .select(['role', 'scope_id'])
        .where('user_id', '=', userId)
        .execute()
    ).map(({ role }) => role)
  return {
    ...app,
    acme,
    other,
    organizationId,
    projectId,
    namespaceId,
    chief,
    someone,
    identityId,
    put,
    post,
    get,
    rolesOf,
  }
}

const ACCOUNT: Policy = { organization: [{ role: 'organization-reader', scopeIds: [] }] }

test('a record is all roles of an actor in an organization, and replaces them as a whole', async (t) => {
  const {
    acme,
    projectId,
    namespaceId,
    chief,
    someone,
    identityId,
    put,
    post,
    get,
    rolesOf,
    access,
    organizationId,
  } = await setUp(t)
  const full: Policy = {
    organization: [{ role: 'organization-reader', scopeIds: [] }],
    workspace: [{ role: 'workspace-admin', scopeIds: [acme.id] }],
    project: [
      { role: 'project-reader', scopeIds: [projectId] },
      { role: 'project-writer', scopeIds: [projectId] },
    ],
    namespace: [{ role: 'namespace-admin', scopeIds: [namespaceId] }],
  }
  assert.equal(await codeOf(get(chief.call)), 'binding-not-found')
  const made = await post(chief.call, full)
  assert.deepEqual([made.actor, made.policy], [{ type: 'user', id: someone.id }, full])
  assert.deepEqual(await get(chief.call), made)
  assert.equal(await codeOf(post(chief.call, full)), 'name-taken')
  const robot = await post(chief.call, ACCOUNT, identityId)
  assert.deepEqual([robot.actor.type, robot.policy], ['identity', ACCOUNT])
  const all = await access.listRecords(chief.call, organizationId)
  assert.deepEqual(all.map(({ actor }) => actor.id).toSorted(), [someone.id, identityId, chief.id].toSorted())

  const some: Policy = { ...ACCOUNT, workspace: [] }
  const replaced = await put(chief.call, some)
  assert.deepEqual(replaced.policy, some)
  assert.deepEqual(replaced.createdAt, made.createdAt)
  assert.ok(replaced.updatedAt > made.updatedAt)
  assert.deepEqual((await rolesOf(someone.id)).toSorted(), ['organization-reader', 'workspace-reader'])
  assert.deepEqual((await put(chief.call, { ...ACCOUNT, project: [] })).policy, { ...ACCOUNT, project: [] })
  assert.deepEqual((await put(chief.call, ACCOUNT)).policy, ACCOUNT)

  await access.deleteRecord(chief.call, { organizationId, actorId: someone.id })
  assert.equal(await codeOf(get(chief.call)), 'binding-not-found')
  assert.equal(
    await codeOf(access.deleteRecord(chief.call, { organizationId, actorId: someone.id })),
    'binding-not-found',
  )
  assert.deepEqual(await rolesOf(someone.id), ['workspace-reader'], 'that of the other tenant stays')
})

test('each change of a record is in the trail, and what cannot be done wholly is not done at all', async (t) => {
  const app = await setUp(t)
  const { acme, other, chief, someone, put, rolesOf, projectId } = app
  await put(chief.call, { workspace: [{ role: 'workspace-admin', scopeIds: [acme.id] }] })
  const before = (await trail(app, 'binding.')).length
  const refused: readonly Policy[] = [
    {},
    { organization: [], workspace: [] },
    { workspace: [{ role: 'organization-admin', scopeIds: [acme.id] }] },
    { organization: [{ role: 'workspace-admin', scopeIds: [] }] },
    { workspace: [{ role: 'workspace-admin', scopeIds: [] }] },
    { ...ACCOUNT, workspace: [{ role: 'workspace-admin', scopeIds: [other.id] }] },
    { ...ACCOUNT, workspace: [{ role: 'workspace-admin', scopeIds: [projectId] }] },
    { ...ACCOUNT, project: [{ role: 'project-admin', scopeIds: [newId()] }] },
    { ...ACCOUNT, namespace: [{ role: 'namespace-admin', scopeIds: [newId()] }] },
  ]
  for (const policy of refused) {
    assert.equal(await codeOf(put(chief.call, policy)), 'not-applicable', JSON.stringify(policy))
  }
  assert.equal(await codeOf(put(chief.call, ACCOUNT, newId())), 'not-applicable')
  assert.equal((await trail(app, 'binding.')).length, before)
  assert.deepEqual((await rolesOf(someone.id)).toSorted(), ['workspace-admin', 'workspace-reader'])
  await put(chief.call, ACCOUNT)
  assert.deepEqual((await trail(app, 'binding.')).slice(before), ['binding.created', 'binding.deleted'])
})

test('records are for who decides about the organization; one’s own is for oneself', async (t) => {
  const { acme, chief, someone, put, get, user, access, organizationId, other, rolesOf } = await setUp(t)
  const scope = { type: 'workspace', id: acme.id } as const
  const owner = await user('owner@example.com', 'workspace-admin', scope)
  const stranger = await user('s@example.com', 'organization-admin', {
    type: 'organization',
    id: other.organizationId,
  })
  for (const { call } of [owner, stranger, someone]) {
    for (const doing of [
      () => put(call, ACCOUNT),
      () => get(call),
      () => access.listRecords(call, organizationId),
      () => access.deleteRecord(call, { organizationId, actorId: chief.id }),
    ]) {
      assert.equal(await codeOf(doing()), 'organization-not-found')
    }
  }
  await put(chief.call, ACCOUNT)
  const principal = await access.authenticateSession(someone.session)
  assert.ok(principal)
  const call = { principal, requestId: 'r' }
  assert.deepEqual((await get(call)).policy, ACCOUNT)
  assert.equal(await codeOf(get(call, chief.id)), 'forbidden')
  assert.equal(
    await codeOf(put(call, { organization: [{ role: 'organization-admin', scopeIds: [] }] })),
    'forbidden',
  )
  assert.equal(await codeOf(access.listRecords(call, organizationId)), 'forbidden')
  assert.deepEqual((await rolesOf(someone.id)).toSorted(), ['organization-reader', 'workspace-reader'])
})

test('a record gives and takes roles of the platform only by who administers that', async (t) => {
  const { admin, chief, someone, put, get, identityId, rolesOf } = await setUp(t)
  const base: Policy = { ...ACCOUNT, platform: [{ role: 'platform-member', scopeIds: [] }] }
  assert.deepEqual((await put(chief.call, base)).policy, base)
  const chiefs: Policy = { ...ACCOUNT, platform: [{ role: 'platform-admin', scopeIds: [] }] }
  assert.equal(await codeOf(put(chief.call, chiefs)), 'forbidden')
  assert.equal(await codeOf(put(admin.call, chiefs, identityId)), 'not-applicable')
  assert.deepEqual((await put(admin.call, chiefs)).policy, chiefs)
  assert.deepEqual(
    (await get(chief.call)).policy,
    ACCOUNT,
    'who administers the platform is not for all to know',
  )
  await put(chief.call, ACCOUNT)
  assert.ok((await rolesOf(someone.id)).includes('platform-admin'), 'not spoken of')
  assert.equal(await codeOf(put(chief.call, chiefs)), 'forbidden', 'nor to be found out by giving it')
  assert.equal(await codeOf(put(chief.call, { ...ACCOUNT, platform: [] })), 'forbidden')
  await put(admin.call, { ...ACCOUNT, platform: [] })
  assert.ok(!(await rolesOf(someone.id)).includes('platform-admin'))
  assert.equal(await codeOf(put(admin.call, { ...ACCOUNT, platform: [] }, admin.id)), 'last-administrator')
})

test('the role of an actor at one place is replaced, and taken', async (t) => {
  const { access, acme, chief, someone, identityId, organizationId, rolesOf, db, projectId } = await setUp(t)
  const scope = { type: 'workspace', id: acme.id } as const
  const actor = { id: someone.id }
  const set = (role: string, more: object = {}) =>
    access.setScopeRole(chief.call, { scope, actor, role, ...more })
  const both = await Promise.all([set('workspace-reader'), set('workspace-admin'), set('workspace-editor')])
  assert.equal(both.length, 3)
  const held = await access.listScopeRoles(chief.call, scope)
  assert.equal(held.length, 1, 'one role, whichever came last')
  assert.equal((await set('workspace-reader')).role, 'workspace-reader')
  assert.deepEqual((await rolesOf(someone.id)).toSorted(), ['workspace-reader', 'workspace-reader'])
  assert.equal(await codeOf(set('project-admin')), 'not-applicable')
  assert.equal(await codeOf(set('workspace-admin', { actor: { id: newId() } })), 'not-applicable')
  const mistaken = { actor: { id: identityId, type: 'user' } }
  assert.equal(await codeOf(set('workspace-admin', mistaken)), 'not-applicable')
  assert.equal((await set('workspace-admin', { actor: { id: identityId } })).holder.type, 'identity')
  assert.equal(
    await codeOf(set('workspace-admin', { scope: { ...scope, id: newId() } })),
    'workspace-not-found',
  )

  const robot = { scope, actor: { id: identityId } }
  const wrongly = access.removeScopeRoles(chief.call, { scope, actor: { id: identityId, type: 'user' } })
  assert.equal(await codeOf(wrongly), 'binding-not-found')
  await access.removeScopeRoles(chief.call, robot)
  assert.equal(await codeOf(access.removeScopeRoles(chief.call, robot)), 'binding-not-found')
  const project = { scope: { type: 'project', id: projectId } as const, actor }
  assert.equal(await codeOf(access.removeScopeRoles(chief.call, project)), 'binding-not-found')

  const user = await access.authenticateSession(someone.session)
  assert.ok(user)
  const call = { principal: user, requestId: 'r' }
  assert.deepEqual(await access.listUserRoles(call, someone.id), [])
  assert.equal(await codeOf(access.listUserRoles(call, chief.id)), 'forbidden')
  assert.equal(await codeOf(access.listUserRoles(chief.call, someone.id)), 'forbidden')
  const [own] = await access.listUserRoles(chief.call, chief.id)
  assert.deepEqual([own?.role, own?.scope.id], ['organization-admin', organizationId])
  assert.equal(
    await codeOf(access.setScopeRole(call, { scope, actor, role: 'workspace-admin' })),
    'forbidden',
  )
  assert.equal((await db.selectFrom('iam_records').selectAll().execute()).length, 0)
})
