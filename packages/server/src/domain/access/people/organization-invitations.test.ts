import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD } from '../../../../test/access.ts'
import { codeOf, createPeopleApp, type PeopleApp, trail } from '../../../../test/people-app.ts'
import { newId } from '../../../platform/ids/index.ts'

const page = { sort: 'email', descending: false, limit: 100, after: null }

async function acme(app: PeopleApp) {
  const { organizationId } = app.workspaces[0]
  const chief = await app.user('chief@acme.com', 'organization-admin', {
    type: 'organization',
    id: organizationId,
  })
  const invite = (email: string, role = 'organization-reader', call = chief.call) =>
    app.people.inviteToOrganization(call, { organizationId, email, role })
  const open = async (filter: object = {}) =>
    (await app.people.pageInvitations(chief.call, { organizationId, page, ...filter })).items
  const rolesOf = async (session: string) =>
    (await app.access.authenticateSession(session))?.bindings.map(({ role }) => role)
  const logIn = (email: string, password = PASSWORD) =>
    app.access.login({ email, password, address: '192.0.2.1', requestId: 'login' })
  return { chief, invite, open, rolesOf, logIn, organizationId }
}

test('a user gets the role at once; one who comes later, at the first login with that email', async (t) => {
  const app = await createPeopleApp(t)
  const { invite, open, rolesOf, logIn, organizationId } = await acme(app)
  const scope = { type: 'workspace', id: app.workspaces[1].id } as const
  const ann = await app.user('ann@acme.com', 'workspace-reader', scope)
  await invite('ANN@acme.com')
  assert.deepEqual(await rolesOf(ann.session), ['workspace-reader', 'organization-reader'])
  assert.equal(await codeOf(invite('ann@acme.com')), 'role-held')
  assert.equal(await codeOf(invite('ann@acme.com', 'organization-admin')), 'role-held')
  assert.deepEqual(await open(), [])

  const both = await Promise.all([
    codeOf(invite('Bob@acme.com')),
    codeOf(invite('bob@acme.com', 'organization-admin')),
  ])
  assert.deepEqual(both.toSorted(), ['done', 'email-taken'])
  const [bob] = await open()
  assert.ok(bob)
  await app.people.createUser(app.admin.call, { email: 'bob@ACME.com', password: PASSWORD })
  assert.equal((await open()).length, 1, 'until the first login')
  assert.deepEqual(await rolesOf(await logIn('bob@acme.com')), [bob.role])
  assert.deepEqual(await open(), [])
  assert.equal(await codeOf(invite('bob@acme.com')), 'role-held')
  assert.ok((await trail(app, 'invitation.')).includes('invitation.accepted'))
  const held = await app.access.listScopeRoles(app.admin.call, { type: 'organization', id: organizationId })
  assert.equal(held.filter(({ holder }) => holder.name === 'bob@ACME.com').length, 1)
})

test('an email that nobody has proved to have takes no invitation', async (t) => {
  const app = await createPeopleApp(t)
  const { invite, open, rolesOf, chief, organizationId, logIn } = await acme(app)
  const scope = { type: 'workspace', id: app.workspaces[0].id } as const
  // Whoever has this link may be somebody else: no mail has carried it.
  const { token } = await app.people.createInvitation(chief.call, {
    email: 'eve@acme.com',
    role: 'workspace-reader',
    scope,
  })
  const visitor = { address: '192.0.2.3', requestId: 'accept' }
  await invite('eve@acme.com')
  const session = await app.people.acceptInvitation(null, {
    token: token ?? '',
    password: PASSWORD,
    ...visitor,
  })
  assert.deepEqual(await rolesOf(session ?? ''), ['workspace-reader'])
  assert.equal((await open()).length, 1)
  assert.equal(await codeOf(invite('eve@acme.com')), 'email-taken', 'not a user to be trusted with it either')
  await app.db
    .updateTable('users')
    .set({ email_unproven: false })
    .where('email', '=', 'eve@acme.com')
    .execute()
  assert.deepEqual(await rolesOf(await logIn('eve@acme.com')), ['workspace-reader', 'organization-reader'])

  // One that is older than a week is none.
  await invite('old@acme.com')
  await app.db
    .updateTable('invitations')
    .set({ expires_at: new Date(0) })
    .where('email', '=', 'old@acme.com')
    .execute()
  assert.deepEqual(await open(), [])
  await app.people.createUser(app.admin.call, { email: 'old@acme.com', password: PASSWORD })
  assert.deepEqual(await rolesOf(await logIn('old@acme.com')), [])
  await invite('later@acme.com')
  await app.db
    .updateTable('invitations')
    .set({ expires_at: new Date(0) })
    .where('email', '=', 'later@acme.com')
    .execute()
  await invite('later@acme.com')
  assert.deepEqual(
    (await open()).map(({ email }) => email),
    ['later@acme.com'],
  )
  assert.ok(organizationId)
})

test('an invitation changes its role and is withdrawn by who may give both', async (t) => {
  const app = await createPeopleApp(t)
  const { people } = app
  const { invite, open, chief, organizationId } = await acme(app)
  const reader = await app.user('r@acme.com', 'organization-reader', {
    type: 'organization',
    id: organizationId,
  })
  const stranger = await app.user('s@other.com', 'organization-admin', {
    type: 'organization',
    id: app.workspaces[1].organizationId,
  })
  await invite('zoe@acme.com')
  await invite('adam@acme.com', 'organization-admin')
  const [adam, zoe] = await open()
  assert.deepEqual([adam?.email, zoe?.email], ['adam@acme.com', 'zoe@acme.com'])
  const id = zoe?.id ?? ''
  const change = (call: typeof chief.call, role = 'organization-admin', which = id) =>
    codeOf(people.changeInvitation(call, which, { role }))
  assert.equal(await change(reader.call), 'forbidden')
  assert.equal(await change(stranger.call), 'invitation-not-found')
  assert.equal(await change(chief.call, 'workspace-admin'), 'not-applicable')
  assert.equal(await change(chief.call, 'organization-admin', newId()), 'invitation-not-found')
  assert.equal(await change(chief.call), 'done')
  assert.equal(await change(chief.call), 'done')
  const [changed] = await open({ id })
  assert.equal(changed?.role, 'organization-admin')
  assert.ok(changed && changed.updatedAt > changed.createdAt)
  assert.equal((await open({ role: 'organization-reader' })).length, 0)
  assert.equal((await open({ email: 'adam@acme.com' })).length, 1)
  assert.equal(await codeOf(invite('x@acme.com', 'organization-reader', reader.call)), 'forbidden')
  assert.equal(
    await codeOf(invite('x@acme.com', 'organization-reader', stranger.call)),
    'organization-not-found',
  )
  assert.equal(await codeOf(invite('x', 'organization-reader')), 'invalid-input')
  assert.equal(await codeOf(invite('x@acme.com', 'workspace-admin')), 'not-applicable')
  assert.equal(await codeOf(people.deleteInvitation(stranger.call, id)), 'invitation-not-found')
  assert.equal(await codeOf(people.deleteInvitation(reader.call, id)), 'forbidden')
  assert.equal(await codeOf(people.deleteInvitation(chief.call, id)), 'done')
  assert.equal(await change(chief.call, 'organization-reader'), 'invitation-not-found')
})

test('an invitation that nobody can take any more keeps no other from its role', async (t) => {
  const app = await createPeopleApp(t)
  const { invite, open, chief } = await acme(app)
  await invite('zoe@acme.com', 'organization-admin')
  await app.db
    .updateTable('invitations')
    .set({ expires_at: new Date(0) })
    .execute()
  await invite('Zoe@acme.com', 'organization-reader')
  const [reader] = await open()
  assert.ok(reader)
  assert.equal(
    await codeOf(app.people.changeInvitation(chief.call, reader.id, { role: 'organization-admin' })),
    'done',
  )
  assert.deepEqual(
    (await open()).map(({ id, role }) => [id, role]),
    [[reader.id, 'organization-admin']],
  )
})
