import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { createTestAccess, createTestUser, PASSWORD } from '../../../test/access.ts'
import { CroftError } from '../../platform/errors/index.ts'

const EMAIL = 'Admin@croft.localhost'
const at = (address: string, email = EMAIL, password = 'wrong password') =>
  ({ email, password, address, requestId: 'r' }) as const

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    assert.ok(error instanceof CroftError, String(error))
    return error.code
  }
}

test('the administrator is made once, however often and by however many it is asked for', async (t) => {
  const { access, db, system } = await createTestAccess(t)
  const made = await Promise.all(
    [1, 2, 3].map((n) => access.ensureAdministrator(system, { email: EMAIL, password: `${PASSWORD}${n}` })),
  )
  assert.equal(made.filter(({ created }) => created).length, 1)
  assert.equal(new Set(made.map(({ userId }) => userId)).size, 1)
  const again = await access.ensureAdministrator(system, {
    email: EMAIL.toUpperCase(),
    password: 'another one!',
  })
  assert.deepEqual(again, { userId: made[0]?.userId, created: false })
  const winner = made.findIndex(({ created }) => created) + 1
  await access.login(at('192.0.2.1', EMAIL, `${PASSWORD}${winner}`))
  const { password_hash } = await db.selectFrom('users').select('password_hash').executeTakeFirstOrThrow()
  assert.match(`${password_hash}`, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('a session is its user until it ends, expires, or the user is disabled', async (t) => {
  const setup = await createTestAccess(t)
  const { access, db, workspaces } = setup
  const { session, call, principal } = await createTestUser(setup, EMAIL, 'organization-admin', {
    type: 'organization',
    id: workspaces[0].organizationId,
  })
  assert.equal(principal.type, 'user')
  const { id, organizationId } = workspaces[0]
  assert.deepEqual(principal.bindings, [
    {
      role: 'organization-admin',
      scope: { type: 'organization', id: organizationId, workspaceIds: [id] },
    },
  ])
  assert.deepEqual(await access.listConsentWorkspaces(principal), [{ id: workspaces[0].id, name: 'Acme' }])
  const { token_hash } = await db.selectFrom('sessions').select('token_hash').executeTakeFirstOrThrow()
  assert.notEqual(token_hash.toString('base64url'), session)

  await db.updateTable('users').set({ disabled_at: new Date() }).execute()
  assert.equal(await access.authenticateSession(session), null)
  assert.equal(await codeOf(access.login(at('192.0.2.9', EMAIL, PASSWORD))), 'not-authenticated')
  await db.updateTable('users').set({ disabled_at: null }).execute()
  assert.ok(await access.authenticateSession(session))
  await db
    .updateTable('sessions')
    .set({ expires_at: new Date(Date.now() - 1) })
    .execute()
  assert.equal(await access.authenticateSession(session), null)

  const second = await access.login(at('192.0.2.9', EMAIL.toUpperCase(), PASSWORD))
  await access.logout(call, second)
  assert.equal(await access.authenticateSession(second), null)
  assert.equal(await access.authenticateSession('nonsense\0'), null)
  const events = await db.selectFrom('events').select('action').orderBy('id').execute()
  assert.deepEqual(
    events.map(({ action }) => action).filter((action) => action.startsWith('user.logged')),
    ['user.logged-in', 'user.logged-in', 'user.logged-out'],
  )
})

test('roles that are unknown, or at a scope they are not for, give nothing', async (t) => {
  const setup = await createTestAccess(t)
  for (const [role, type, id] of [
    ['king', 'platform', null],
    ['workspace-admin', 'platform', null],
    ['platform-admin', 'workspace', setup.workspaces[0].id],
  ] as const) {
    const { principal } = await createTestUser(setup, `${role}-${type}@example.com`, role, { type, id })
    const workspaces = await setup.access.listConsentWorkspaces(principal)
    assert.deepEqual(
      workspaces.filter(({ id: found }) => found !== id),
      [],
    )
    const call = { principal, requestId: 'r' }
    assert.equal(
      await codeOf(setup.access.createServiceToken(call, { workspaceId: setup.workspaces[1].id, name: 'x' })),
      'workspace-not-found',
    )
  }
})

test('an account is slowed down after some failures, from any address, and says how long', async (t) => {
  const { access, db, system } = await createTestAccess(t)
  await access.ensureAdministrator(system, { email: EMAIL, password: PASSWORD })
  for (let n = 1; n <= 5; n++) {
    assert.equal(await codeOf(access.login(at(`192.0.2.${n}`))), 'not-authenticated')
  }
  assert.equal(await codeOf(access.login(at('192.0.2.6'))), 'rate-limited')
  // Not even the right password, else guessing would go on; and spelling the email otherwise does not help.
  const blocked = access.login(at('192.0.2.7', ` ${EMAIL.toLowerCase()} `, PASSWORD))
  await assert.rejects(blocked, (error) => error instanceof CroftError && (error.retryAfter ?? 0) >= 1)
  const wait = (seconds: number) =>
    db
      .updateTable('login_failures')
      .set({ last_at: sql<Date>`last_at - make_interval(secs => ${seconds})` })
      .execute()
  await wait(1)
  assert.equal(await codeOf(access.login(at('192.0.2.8'))), 'not-authenticated')
  await wait(1)
  assert.equal(await codeOf(access.login(at('192.0.2.8'))), 'rate-limited')
  await wait(1)
  assert.equal(await codeOf(access.login(at('192.0.2.9', EMAIL, PASSWORD))), 'done')
  assert.equal(await codeOf(access.login(at('192.0.2.9'))), 'not-authenticated')

  // However many failures there were, an account is never closed for more than a minute.
  await db.updateTable('login_failures').set({ failures: 2_000_000_000 }).execute()
  await wait(61)
  assert.equal(await codeOf(access.login(at('192.0.2.77', EMAIL, PASSWORD))), 'done')
})

test('guesses at once are counted as if one came after the other', async (t) => {
  const { access, system } = await createTestAccess(t)
  await access.ensureAdministrator(system, { email: EMAIL, password: PASSWORD })
  const results = await Promise.all(
    Array.from({ length: 12 }, (_, n) => codeOf(access.login(at(`192.0.2.${n}`)))),
  )
  assert.equal(results.filter((code) => code === 'not-authenticated').length, 5)
  assert.equal(results.filter((code) => code === 'rate-limited').length, 7)
})

test('an address is slowed down whatever accounts it tries, and other addresses are not', async (t) => {
  const { access, db, system } = await createTestAccess(t)
  await access.ensureAdministrator(system, { email: EMAIL, password: PASSWORD })
  assert.equal(await codeOf(access.login(at('2001:db8::1', 'no\0body@x'))), 'not-authenticated')
  await db.updateTable('login_failures').set({ failures: 20 }).where('key', 'like', 'address:%').execute()
  assert.equal(await codeOf(access.login(at('2001:db8::2', 'someone@else', 'x'))), 'rate-limited')
  assert.equal(await codeOf(access.login(at('2001:db8:0:1::1', EMAIL, PASSWORD))), 'done')
  const keys = await db.selectFrom('login_failures').select('key').execute()
  assert.ok(keys.every(({ key }) => !key.includes('@')))
})

test('another password ends the sessions that the old one opened', async (t) => {
  const setup = await createTestAccess(t)
  const { access, system } = setup
  const { session, call } = await createTestUser(setup, EMAIL, 'workspace-admin', {
    type: 'workspace',
    id: setup.workspaces[0].id,
  })
  const wanted = { email: EMAIL, password: 'a new and longer one' }
  assert.equal(await codeOf(access.setPassword(call, wanted)), 'forbidden')
  assert.equal(await codeOf(access.setPassword(system, { email: EMAIL, password: 'short' })), 'invalid-input')
  assert.equal(await codeOf(access.setPassword(system, { ...wanted, email: 'x@y' })), 'invalid-input')
  await access.setPassword(system, wanted)
  assert.equal(await access.authenticateSession(session), null)
  assert.equal(await codeOf(access.login(at('192.0.2.1', EMAIL, PASSWORD))), 'not-authenticated')
  assert.equal(await codeOf(access.login(at('192.0.2.1', EMAIL, wanted.password))), 'done')
})
