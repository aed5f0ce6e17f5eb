import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD } from '../../../../test/access.ts'
import { codeOf, createPeopleApp, trail } from '../../../../test/people-app.ts'
import { newId } from '../../../platform/ids/index.ts'

const page = { limit: 100, after: null }
const from = { address: '192.0.2.1', requestId: 'r' }

test('a user is made once, changed, disabled and enabled, and all of it is in the trail', async (t) => {
  const app = await createPeopleApp(t)
  const { people, access, admin, db } = app
  const input = { email: ' Ann@Example.com ', displayName: 'Ann', password: PASSWORD }
  const ann = await people.createUser(admin.call, input)
  assert.equal(ann.email, 'Ann@Example.com')
  assert.ok(ann.hasPassword && !ann.disabled && !ann.secondFactor)
  assert.equal(await codeOf(people.createUser(admin.call, { email: 'ann@example.COM' })), 'email-taken')
  assert.equal(await codeOf(people.createUser(admin.call, { email: 'no address' })), 'invalid-input')
  assert.equal(
    await codeOf(people.createUser(admin.call, { email: 'a@b', password: 'short' })),
    'invalid-input',
  )

  const retry = { ...admin.call, resourceId: newId() }
  const made = await people.createUser(retry, { email: 'bob@example.com' })
  assert.deepEqual(await people.createUser(retry, { email: 'bob@example.com' }), made)
  assert.equal(made.hasPassword, false)

  const session = await access.login({ email: ann.email, password: PASSWORD, ...from })
  const principal = await access.authenticateSession(session)
  assert.ok(principal)
  const call = { principal, requestId: 'own' }
  assert.equal((await people.updateUser(call, ann.id, { displayName: null })).displayName, null)
  assert.equal(await codeOf(people.updateUser(call, ann.id, { disabled: true })), 'forbidden')
  assert.equal(await codeOf(people.updateUser(call, made.id, { displayName: 'x' })), 'user-not-found')
  assert.equal(await codeOf(people.createUser(call, { email: 'c@example.com' })), 'forbidden')
  assert.equal(await codeOf(people.listUsers(call, { page })), 'forbidden')
  assert.equal((await people.getUser(call, ann.id)).email, ann.email)

  const value = await access.createUserToken(admin.call, { userId: ann.id, name: 'cli' })
  await people.updateUser(admin.call, ann.id, { disabled: true })
  assert.equal(await access.authenticateSession(session), null)
  assert.equal(await codeOf(access.authenticate(value)), 'not-authenticated')
  await people.updateUser(admin.call, ann.id, { disabled: false })
  // Enabled again, the session stays ended.
  assert.equal(await access.authenticateSession(session), null)
  assert.equal((await access.authenticate(value)).userId, ann.id)
  assert.equal(await codeOf(people.updateUser(admin.call, admin.id, { disabled: true })), 'invalid-input')
  assert.equal(await codeOf(people.updateUser(admin.call, newId(), { disabled: true })), 'user-not-found')

  const actions = await trail(app, 'user.')
  for (const action of ['user.created', 'user.updated', 'user.disabled', 'user.enabled', 'user.logged-in']) {
    assert.ok(actions.includes(action), action)
  }
  const rows = await db.selectFrom('events').selectAll().execute()
  assert.ok(!JSON.stringify(rows).includes(PASSWORD) && !JSON.stringify(rows).includes('argon2'))
})

test('administrators of an organization see its members, however deep their role is, and nobody else', async (t) => {
  const app = await createPeopleApp(t)
  const { people, workspaces, db } = app
  const [acme, other] = workspaces
  const boss = await app.user('boss@acme.com', 'organization-admin', {
    type: 'organization',
    id: acme.organizationId,
  })
  const member = await app.user('member@acme.com', 'workspace-reader', { type: 'workspace', id: acme.id })
  const stranger = await app.user('x@other.com', 'workspace-admin', { type: 'workspace', id: other.id })
  const projectId = newId()
  await db.insertInto('projects').values({ id: projectId, workspace_id: acme.id, name: 'p' }).execute()
  const deep = await people.createUser(app.admin.call, { email: 'deep@acme.com' })
  await db
    .insertInto('role_bindings')
    .values({
      id: newId(),
      user_id: deep.id,
      role: 'project-reader',
      scope_type: 'project',
      scope_id: projectId,
    })
    .execute()
  const seen = await people.listUsers(boss.call, { page })
  assert.deepEqual(seen.items.map(({ email }) => email).sort(), [
    'boss@acme.com',
    'deep@acme.com',
    'member@acme.com',
  ])
  assert.equal((await people.getUser(boss.call, member.id)).id, member.id)
  assert.equal(await codeOf(people.getUser(boss.call, stranger.id)), 'user-not-found')
  assert.equal(await codeOf(people.updateUser(boss.call, member.id, { disabled: true })), 'forbidden')
  assert.equal(await codeOf(people.createPasswordReset(boss.call, member.id)), 'forbidden')
  assert.equal(await codeOf(people.removeSecondFactor(boss.call, member.id)), 'forbidden')
  assert.equal(await codeOf(people.listUsers(stranger.call, { page })), 'forbidden')
  const all = await people.listUsers(app.admin.call, { page: { limit: 2, after: null } })
  assert.equal(all.items.length, 2)
  const rest = await people.listUsers(app.admin.call, { page: { limit: 9, after: all.next } })
  assert.equal(rest.items.length, 3)
  const one = await people.listUsers(app.admin.call, { page, email: 'DEEP@acme.com' })
  assert.deepEqual(
    one.items.map(({ id }) => id),
    [deep.id],
  )
})

test('another password needs the old one, ends the other sessions, and guesses are slowed down', async (t) => {
  const app = await createPeopleApp(t)
  const { people, access, admin } = app
  const other = await access.login({ email: 'admin@example.com', password: PASSWORD, ...from })
  const change = (password: string, newPassword: string) =>
    codeOf(people.changePassword(admin.call, { password, newPassword, address: '192.0.2.7' }))
  assert.equal(await change('wrong', 'a new and longer one'), 'invalid-input')
  assert.equal(await change(PASSWORD, 'short'), 'invalid-input')
  assert.equal(await change(PASSWORD, 'a new and longer one'), 'done')
  assert.equal(await access.authenticateSession(other), null)
  assert.ok(await access.authenticateSession(admin.session))
  for (let n = 0; n < 5; n++) assert.equal(await change('wrong', 'x'), 'invalid-input')
  assert.equal(await change('a new and longer one', 'x'), 'rate-limited')
  const machine = { ...admin.call, principal: { ...admin.principal, type: 'oauth' as const } }
  assert.equal(
    await codeOf(people.changePassword(machine, { password: '', newPassword: PASSWORD, address: '::1' })),
    'forbidden',
  )
})
