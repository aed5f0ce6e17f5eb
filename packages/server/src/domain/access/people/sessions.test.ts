import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { PASSWORD } from '../../../../test/access.ts'
import { codeOf, createPeopleApp, trail } from '../../../../test/people-app.ts'

const page = { limit: 100, after: null }

test('a session that nobody uses ends after two hours, and using it keeps it', async (t) => {
  const { access, db, admin } = await createPeopleApp(t)
  const seen = (text: string) =>
    db
      .updateTable('sessions')
      .set({ last_seen_at: sql<Date>`now() - ${text}::interval` })
      .execute()
  await seen('119 minutes')
  assert.ok(await access.authenticateSession(admin.session))
  const { fresh } = await db
    .selectFrom('sessions')
    .select(sql<boolean>`last_seen_at > now() - interval '1 minute'`.as('fresh'))
    .executeTakeFirstOrThrow()
  assert.ok(fresh)
  await seen('121 minutes')
  assert.equal(await access.authenticateSession(admin.session), null)
  await access.purgeExpired()
  assert.equal((await db.selectFrom('sessions').select('id').execute()).length, 1)
  await seen('27 hours')
  await access.purgeExpired()
  assert.equal((await db.selectFrom('sessions').select('id').execute()).length, 0)
})

test('users see and end their own sessions, and nobody else’s', async (t) => {
  const app = await createPeopleApp(t)
  const { access, people, admin, workspaces } = app
  const other = await app.user('other@example.com', 'workspace-admin', {
    type: 'workspace',
    id: workspaces[0].id,
  })
  const login = (userAgent: string) =>
    access.login({
      email: 'admin@example.com',
      password: PASSWORD,
      address: '2001:db8::1',
      userAgent,
      requestId: 'r',
    })
  const second = await login(`Browser\0 é${'x'.repeat(500)}`)
  const third = await login('Third')
  const { items } = await people.listSessions(admin.call, { page })
  assert.deepEqual(
    items.map(({ userAgent, address, current }) => [userAgent?.slice(0, 9), address, current]),
    [
      ['Third', '2001:db8::1', false],
      ['Browser x', '2001:db8::1', false],
      [undefined, '192.0.2.1', true],
    ],
  )
  assert.equal((await people.getSession(admin.call)).id, items[2]?.id)
  const [newest, middle] = items
  assert.ok(newest && middle)
  assert.equal(await codeOf(people.endSession(other.call, newest.id)), 'session-not-found')
  await people.endSession(admin.call, newest.id)
  assert.equal(await codeOf(people.endSession(admin.call, newest.id)), 'session-not-found')
  assert.equal(await access.authenticateSession(third), null)
  assert.ok(await access.authenticateSession(second))
  await people.endOtherSessions(admin.call)
  assert.equal(await access.authenticateSession(second), null)
  assert.ok(await access.authenticateSession(admin.session))
  assert.ok(await access.authenticateSession(other.session))
  assert.equal(await codeOf(people.listSessions(app.system, { page })), 'forbidden')
  assert.deepEqual(await trail(app, 'session.'), ['session.ended'])
})

test('a refused login is in the trail, without what was typed', async (t) => {
  const { access, db, admin } = await createPeopleApp(t)
  const login = (email: string, password: string) =>
    codeOf(access.login({ email, password, address: '192.0.2.9', requestId: 'r9' }))
  assert.equal(await login('admin@example.com', 'my other password'), 'not-authenticated')
  assert.equal(await login('typed-my-password-here', 'x'), 'not-authenticated')
  const rows = await db
    .selectFrom('events')
    .select(['actor_type', 'actor_id', 'subject_id', 'after', 'request_id'])
    .where('action', '=', 'user.login-refused')
    .orderBy('id')
    .execute()
  assert.deepEqual(rows, [
    {
      actor_type: 'user',
      actor_id: admin.id,
      subject_id: admin.id,
      after: { reason: 'wrong password', address: '192.0.2.9' },
      request_id: 'r9',
    },
    {
      actor_type: 'anonymous',
      actor_id: 'anonymous',
      subject_id: 'unknown',
      after: { reason: 'unknown user', address: '192.0.2.9' },
      request_id: 'r9',
    },
  ])
})
