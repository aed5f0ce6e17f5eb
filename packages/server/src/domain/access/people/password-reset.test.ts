import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD } from '../../../../test/access.ts'
import { startMailServer } from '../../../../test/mail-server.ts'
import { codeOf, createPeopleApp, PEOPLE_ORIGIN, trail } from '../../../../test/people-app.ts'
import { until } from '../../../../test/scripted-agent.ts'

const NEW = 'a new and longer one'
const at = (email: string, password: string) => ({ email, password, address: '192.0.2.1', requestId: 'r' })

test('an administrator’s link resets a password once, within an hour, and ends all sessions', async (t) => {
  const app = await createPeopleApp(t)
  const { people, access, admin, db, workspaces } = app
  const ann = await app.user('ann@example.com', 'workspace-admin', {
    type: 'workspace',
    id: workspaces[0].id,
  })
  const reset = (token: string, password = NEW) =>
    codeOf(people.resetPassword({ token, password, requestId: 'r' }))
  const first = await people.createPasswordReset(admin.call, ann.id)
  const { token, expiresAt } = await people.createPasswordReset(admin.call, ann.id)
  assert.match(token, /^croft_reset_/)
  assert.ok(expiresAt.getTime() > Date.now() + 3_500_000 && expiresAt.getTime() < Date.now() + 3_700_000)
  assert.equal(await reset(first.token), 'invalid-input')
  assert.equal(await reset('nonsense\0'), 'invalid-input')
  assert.equal(await reset(`${token.slice(0, -1)}_`), 'invalid-input')
  assert.equal(await reset(token, 'short'), 'invalid-input')
  const both = await Promise.all([reset(token), reset(token)])
  assert.deepEqual(both.sort(), ['done', 'invalid-input'])
  assert.equal(await access.authenticateSession(ann.session), null)
  assert.equal(await codeOf(access.login(at('ann@example.com', PASSWORD))), 'not-authenticated')
  assert.equal(await codeOf(access.login(at('ann@example.com', NEW))), 'done')

  const late = await people.createPasswordReset(admin.call, ann.id)
  await db.updateTable('password_resets').set({ expires_at: new Date() }).execute()
  assert.equal(await reset(late.token), 'invalid-input')
  assert.equal(await codeOf(people.createPasswordReset(ann.call, ann.id)), 'forbidden')
  assert.equal(await codeOf(people.createPasswordReset(ann.call, admin.id)), 'user-not-found')
  await people.updateUser(admin.call, ann.id, { disabled: true })
  assert.equal(await codeOf(people.createPasswordReset(admin.call, ann.id)), 'invalid-input')
  const asked = people.requestPasswordReset({ email: 'ann@example.com', address: '::1' })
  assert.equal(await codeOf(asked), 'not-supported')
  assert.deepEqual(await trail(app, 'user.password'), [
    'user.password-reset-begun',
    'user.password-reset-begun',
    'user.password-reset',
    'user.password-reset-begun',
  ])
  const rows = JSON.stringify(await db.selectFrom('events').selectAll().execute())
  assert.ok(!rows.includes(token) && !rows.includes('croft_reset_'))
})

test('a link by mail goes to who has the address, and nobody is told who has', async (t) => {
  const server = await startMailServer(t)
  const app = await createPeopleApp(t, { CROFT_SMTP_URL: server.url })
  const { people, access, db, pool } = app
  const ask = (email: string, address = '192.0.2.5') =>
    codeOf(people.requestPasswordReset({ email, address }))
  assert.equal(await ask('nobody@example.com'), 'done')
  assert.equal(await ask('ADMIN@example.com'), 'done')
  assert.equal(await ask('not an address'), 'invalid-input')
  // Nothing that is queued would let anybody in.
  const { rows } = await pool.query('select payload::text from graphile_worker._private_jobs order by id')
  assert.deepEqual(
    rows.map(({ payload }: { payload: string }) => JSON.parse(payload)),
    [
      { kind: 'password-reset', email: 'nobody@example.com' },
      { kind: 'password-reset', email: 'ADMIN@example.com' },
    ],
  )
  // Busy for the moment: the queue tries again.
  server.refuse = [450]
  await app.work()
  await until(() => server.mails.length === 1)
  const [mail = ''] = server.mails
  assert.match(mail, /^To: admin@example\.com\r$/m)
  const [, token = ''] = /\/reset-password\?token=(croft_reset_\w+)/.exec(mail) ?? []
  assert.ok(mail.includes(`${PEOPLE_ORIGIN}/reset-password?token=`))
  assert.ok(!JSON.stringify(await db.selectFrom('password_resets').selectAll().execute()).includes(token))
  await people.resetPassword({ token, password: NEW, requestId: 'r' })
  assert.equal(await codeOf(access.login(at('admin@example.com', NEW))), 'done')

  const codes = []
  for (let n = 0; n < 5; n++) codes.push(await ask('admin@example.com', `198.51.100.${n}`))
  assert.ok(codes.includes('rate-limited') && codes[0] === 'done', codes.join())
})

test('neither an administrator’s API key nor a stolen session changes the own account without the password', async (t) => {
  const { people, access, admin } = await createPeopleApp(t)
  const { value } = await access.createUserKey(admin.call, { name: 'ci', expiresAt: null })
  const byKey = { principal: await access.authenticate(value), requestId: 'r' }
  const password = { password: PASSWORD, address: '::1' }
  for (const attempt of [
    () => people.changePassword(byKey, { ...password, newPassword: NEW }),
    () => people.beginSecondFactor(byKey, { password: PASSWORD, address: '::1' }),
    () => people.endOtherSessions(byKey),
    () => people.listSessions(byKey, { page: { limit: 1, after: null } }),
    () => people.createPasswordReset(byKey, admin.id),
    () => people.createPasswordReset(admin.call, admin.id),
  ]) {
    assert.equal(await codeOf(attempt()), 'forbidden')
  }
  assert.equal(await codeOf(access.login(at('admin@example.com', PASSWORD))), 'done')
})
