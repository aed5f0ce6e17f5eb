import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { PASSWORD } from '../../../test/access.ts'
import { browser } from '../../../test/browser.ts'
import { startOidcProvider } from '../../../test/oidc-provider.ts'
import { codeOf, createPeopleApp, PEOPLE_ORIGIN, trail } from '../../../test/people-app.ts'
import { rotateSealedColumns } from '../../platform/secrets/index.ts'
import { ownPath } from '../page/own-path.ts'

async function start(t: TestContext) {
  const provider = await startOidcProvider(t)
  const app = await createPeopleApp(t, {
    CROFT_OIDC_ISSUER: provider.issuer,
    CROFT_OIDC_CLIENT_ID: provider.clientId,
    CROFT_OIDC_CLIENT_SECRET: provider.clientSecret,
  })
  const pathOf = (url: string) => url.slice(PEOPLE_ORIGIN.length)
  /** From our login page to the provider and back, in one browser. */
  async function logIn(claims: Record<string, unknown>, returnTo = '/') {
    provider.claims = claims
    const tab = browser(app.app)
    const away = await tab.get(`/login/oidc?${new URLSearchParams({ return_to: returnTo })}`)
    assert.equal(away.statusCode, 302, away.body)
    const back = await provider.agree(String(away.headers.location))
    assert.ok(back.startsWith(`${PEOPLE_ORIGIN}/login/oidc/callback?`))
    const answer = await tab.get(pathOf(back))
    const session = tab.cookies.get('croft_session')
    const user = session === undefined ? null : await app.access.authenticateSession(session)
    return { answer, user, tab, away, back: pathOf(back) }
  }
  return { ...app, provider, logIn }
}

test('a new person becomes a user without any role, and is the same one next time', async (t) => {
  const app = await start(t)
  const claims = { sub: 'ann-1', email: 'ann@example.com', email_verified: true, name: 'Ann\0 A.' }
  const first = await app.logIn(claims, '/authorize?client_id=x')
  assert.equal(first.answer.statusCode, 302, first.answer.body)
  assert.equal(first.answer.headers.location, '/authorize?client_id=x')
  assert.equal(first.user?.name, 'ann@example.com')
  assert.deepEqual(first.user.bindings, [])
  // The address there may change, or be another's by now: the subject is who it is.
  const second = await app.logIn({ ...claims, email: 'admin@example.com' })
  assert.equal(second.user?.id, first.user.id)
  const own = await app.people.getUser({ principal: second.user, requestId: 'r' }, second.user.id)
  assert.equal(own.displayName, 'Ann A.')
  assert.equal(own.hasPassword, false)
  assert.equal(app.provider.discoveries, 1)
  await app.people.updateUser(app.admin.call, own.id, { disabled: true })
  const refused = await app.logIn(claims)
  assert.equal(refused.answer.statusCode, 403)
  assert.equal(refused.user, null)
  assert.deepEqual(await trail(app, 'user.login-refused'), ['user.login-refused'])
})

test('one who exists is linked by a verified address only', async (t) => {
  const app = await start(t)
  for (const email_verified of [false, 'true', undefined]) {
    const { answer, user } = await app.logIn({ sub: 'a', email: 'admin@example.com', email_verified })
    assert.equal(answer.statusCode, 403)
    assert.match(answer.body, /does not say that your email address is verified/)
    assert.equal(user, null)
  }
  assert.equal((await app.logIn({ sub: 'a' })).answer.statusCode, 403)
  const { user } = await app.logIn({ sub: 'a', email: 'ADMIN@example.com', email_verified: true })
  assert.equal(user?.id, app.admin.id)
  // What it had stays: the address was the administrator's before.
  assert.ok(await app.access.authenticateSession(app.admin.session))
})

test('an account that somebody else made for an address is no trap for its owner', async (t) => {
  const app = await start(t)
  const { people, access, workspaces, admin } = app
  const scope = { type: 'workspace', id: workspaces[0].id } as const
  const wanted = { email: 'victim@example.com', role: 'workspace-reader', scope }
  const { token } = await people.createInvitation(admin.call, wanted)
  const given = { token: token ?? '', password: PASSWORD, address: '::1', requestId: 'r' }
  const trap = await people.acceptInvitation(null, given)
  assert.ok(trap)
  const mallory = await access.authenticateSession(trap)
  const value = await access.createUserToken(admin.call, { userId: mallory?.id ?? '', name: 'kept' })
  const { user } = await app.logIn({ sub: 'v', email: 'victim@example.com', email_verified: true })
  assert.equal(user?.id, mallory?.id)
  assert.equal(await access.authenticateSession(trap), null)
  assert.equal(await codeOf(access.authenticate(value)), 'not-authenticated')
  const login = { email: 'victim@example.com', password: PASSWORD, address: '::1', requestId: 'r' }
  assert.equal(await codeOf(access.login(login)), 'not-authenticated')
})

test('what an address was invited to without a link is there after its first login', async (t) => {
  const app = await start(t)
  const { people, admin, workspaces } = app
  const { organizationId } = workspaces[0]
  const invite = (email: string) =>
    people.inviteToOrganization(admin.call, { organizationId, email, role: 'organization-reader' })
  await invite('Ann@example.com')
  await invite('eve@example.com')
  const { user } = await app.logIn({ sub: 'ann', email: 'ann@example.com', email_verified: true })
  assert.deepEqual(
    user?.bindings.map(({ role }) => role),
    ['organization-reader'],
  )
  const other = await app.logIn({ sub: 'eve', email: 'eve@example.com', email_verified: false })
  assert.equal(other.user, null)
  assert.ok((await trail(app, 'invitation.')).includes('invitation.accepted'))
})

test('an answer counts once, in the browser that asked, and only if all of it is right', async (t) => {
  const app = await start(t)
  const claims = { sub: 'a', email: 'a@example.com', email_verified: true }
  const { back, away, tab } = await app.logIn(claims)
  assert.equal((await tab.get(back)).statusCode, 403)

  app.provider.claims = claims
  const begin = async () => {
    const tab = browser(app.app)
    const answer = await tab.get('/login/oidc')
    const back = new URL(await app.provider.agree(String(answer.headers.location)))
    return { tab, back: back.pathname + back.search }
  }
  const stolen = await begin()
  assert.equal((await browser(app.app).get(stolen.back)).statusCode, 403)
  const changed = await begin()
  assert.equal((await changed.tab.get(changed.back.replace(/code=[^&]+/, 'code=x'))).statusCode, 403)
  const swapped = await begin()
  const other = await begin()
  assert.equal((await swapped.tab.get(other.back)).statusCode, 403)
  app.provider.claims = { ...claims, nonce: 'of another login' }
  const replayed = await begin()
  assert.equal((await replayed.tab.get(replayed.back)).statusCode, 403)
  app.provider.claims = claims
  const denied = await begin()
  const state = new URL(denied.back, PEOPLE_ORIGIN).searchParams.get('state') ?? ''
  const refusal = new URLSearchParams({ error: 'access_denied', state })
  assert.equal((await denied.tab.get(`/login/oidc/callback?${refusal}`)).statusCode, 403)
  const late = await begin()
  await app.db
    .updateTable('oidc_logins')
    .set({ expires_at: new Date(0) })
    .execute()
  assert.equal((await late.tab.get(late.back)).statusCode, 403)

  const { code_verifier, state_hash } = await app.db
    .selectFrom('oidc_logins')
    .selectAll()
    .executeTakeFirstOrThrow()
  assert.equal(code_verifier[0], 1)
  assert.equal(state_hash.length, 32)
  assert.match(String(away.headers.location), /code_challenge_method=S256/)
})

test('a provider that is away is said to be, and asked again with the next login', async (t) => {
  const app = await start(t)
  app.provider.broken = true
  const answer = await app.app.inject({ url: '/login/oidc' })
  assert.equal(answer.statusCode, 503)
  assert.match(answer.body, /does not answer/)
  app.provider.broken = false
  const tab = browser(app.app)
  const away = await tab.get('/login/oidc')
  assert.equal(away.statusCode, 302)
  const back = new URL(await app.provider.agree(String(away.headers.location)))
  app.provider.broken = true
  assert.equal((await tab.get(back.pathname + back.search)).statusCode, 503)
})

test('a login that has begun can end after the key ring was rotated', async (t) => {
  const app = await start(t)
  app.provider.claims = { sub: 'a', email: 'a@example.com', email_verified: true }
  const tab = browser(app.app)
  const away = await tab.get('/login/oidc')
  await app.domain.ring.rotate()
  assert.equal((await rotateSealedColumns(app.db, app.domain.ring)).rewrapped, 1)
  const back = new URL(await app.provider.agree(String(away.headers.location)))
  assert.equal((await tab.get(back.pathname + back.search)).statusCode, 302)
})

test('without a provider there is no such login', async (t) => {
  const { app } = await createPeopleApp(t)
  assert.equal((await app.inject({ url: '/login/oidc' })).statusCode, 404)
  assert.equal((await app.inject({ url: '/login/oidc/callback?code=x&state=y' })).statusCode, 404)
})

test('a login leads to paths of ours only', () => {
  for (const [asked, path] of [
    ['/authorize?a=b', '/authorize?a=b'],
    [undefined, '/'],
    ['https://evil.example', '/'],
    ['//evil.example/x', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/.//evil.example', '/'],
    ['javascript:alert(1)', '/'],
  ] as const) {
    assert.equal(ownPath(asked, PEOPLE_ORIGIN), path, asked)
  }
  const character = fc.constantFrom('/', '\\', '.', ':', '@', 'e', '\t', '\n', '?', '#', '%', ' ')
  fc.assert(
    fc.property(fc.string({ unit: character }), (text) => {
      const path = ownPath(`/${text}`, PEOPLE_ORIGIN)
      assert.ok(path.startsWith('/') && !/^\/\/|^[^?]*\\/.test(path), path)
      assert.equal(new URL(path, PEOPLE_ORIGIN).origin, PEOPLE_ORIGIN)
    }),
  )
})
