import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { PASSWORD } from '../../../../test/access.ts'
import { browser, FORM } from '../../../../test/browser.ts'
import { operationFaults } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import {
  actionOf,
  authorizeUrl,
  CHALLENGE,
  EMAIL,
  formTokenOf,
  GOOD,
  logIn,
  startPages,
} from './test-pages.ts'

test('a bad client or address is told to the user and redirected nowhere', async (t) => {
  const { tab } = await startPages(t)
  for (const change of [
    { client_id: 'nobody' },
    { client_id: 'a\0b' },
    { client_id: '' },
    { redirect_uri: '' },
    { redirect_uri: 'https://evil.example/auth/callback' },
    { redirect_uri: 'http://localhost:1@evil.example/auth/callback' },
    { redirect_uri: '//evil.example/auth/callback' },
    { redirect_uri: 'javascript:alert(1)' },
  ]) {
    for (const url of ['/authorize', '/authorize/login', '/authorize/consent']) {
      const query = `${url}?${new URLSearchParams({ ...GOOD, ...change })}`
      const page = await (url === '/authorize' ? tab.get(query) : tab.post(query, { decision: 'deny' }))
      assert.equal(page.statusCode, 400, query)
      assert.equal(page.headers.location, undefined)
      assert.match(page.body, /This link does not work/)
    }
  }
  for (const twice of ['client_id=x', 'redirect_uri=http://localhost/auth/callback']) {
    assert.equal((await tab.get(`${authorizeUrl()}&${twice}`)).statusCode, 400)
  }
  const none = await tab.get('/authorize')
  assert.equal(none.statusCode, 400)
})

test('what else is wrong goes back to the client, with its state', async (t) => {
  const { tab, access, system } = await startPages(t)
  const app = await access.createApplication(system, {
    name: 'Server',
    redirectUris: ['https://app.example.com/cb?tenant=7'],
    confidential: true,
  })
  const server = { client_id: app.clientId, redirect_uri: 'https://app.example.com/cb?tenant=7' }
  const { code_challenge: _challenge, code_challenge_method: _method, ...withoutPkce } = GOOD
  const { response_type: _type, ...withoutType } = GOOD
  for (const [params, error] of [
    [{ ...GOOD, response_type: 'token' }, 'unsupported_response_type'],
    [withoutType, 'invalid_request'],
    [withoutPkce, 'invalid_request'],
    [{ ...GOOD, code_challenge_method: 'plain' }, 'invalid_request'],
    [{ ...withoutPkce, code_challenge: CHALLENGE }, 'invalid_request'],
    [{ ...GOOD, code_challenge: 'short' }, 'invalid_request'],
    [{ ...withoutPkce, code_challenge_method: 'S256' }, 'invalid_request'],
    [{ ...GOOD, scope: 'everything' }, 'invalid_scope'],
    [
      { ...withoutPkce, ...server, code_challenge: 'short', code_challenge_method: 'S256' },
      'invalid_request',
    ],
  ] as const) {
    const answer = await tab.get(authorizeUrl(params))
    assert.equal(answer.statusCode, 302, JSON.stringify(params))
    const back = new URL(String(answer.headers.location))
    assert.ok(back.href.startsWith(params.redirect_uri), back.href)
    assert.equal(back.searchParams.get('error'), error)
    assert.equal(back.searchParams.get('state'), GOOD.state)
    assert.ok(back.searchParams.get('error_description'))
  }
  const twice = await tab.get(`${authorizeUrl()}&scope=x`)
  assert.match(String(twice.headers.location), /error=invalid_request/)
  assert.equal((await tab.get(authorizeUrl({ ...withoutPkce, ...server }))).statusCode, 200)
})

test('a login is refused alike for a wrong password and an unknown user, and slowed down', async (t) => {
  const { app, db } = await startPages(t)
  const tab = browser(app)
  const page = await tab.get(authorizeUrl())
  const action = actionOf(page, 'authorize/login')
  const form_token = formTokenOf(page, 'authorize/login')
  const attempt = (email: string, password: string) => tab.post(action, { form_token, email, password })
  const wrong = await attempt(EMAIL, 'wrong')
  assert.equal(wrong.statusCode, 422)
  assert.match(wrong.body, /role="alert"[^>]*>The email or the password is wrong/)
  assert.match(wrong.body, new RegExp(`value="${EMAIL}"`))
  const unknown = await attempt('nobody@example.com', 'wrong')
  assert.equal(unknown.body.replace('nobody@example.com', EMAIL), wrong.body)
  assert.equal((await attempt('', '')).statusCode, 422)
  await db.updateTable('login_failures').set({ failures: 30 }).execute()
  const slow = await attempt(EMAIL, PASSWORD)
  assert.equal(slow.statusCode, 429)
  assert.ok(Number(slow.headers['retry-after']) > 0)
  assert.ok(!tab.cookies.has('croft_session'))
})

test('forms of other sites do nothing', async (t) => {
  const { app, tab, workspaceId, db } = await startPages(t)
  const login = { email: EMAIL, password: PASSWORD }
  const url = `/authorize/login?${new URLSearchParams(GOOD)}`
  const elsewhere = await browser(app).get(authorizeUrl())
  await tab.get(authorizeUrl())
  for (const forged of [{}, { form_token: '' }, { form_token: formTokenOf(elsewhere, 'authorize/login') }]) {
    for (const visitor of [tab, browser(app)]) {
      const answer = await visitor.post(url, { ...login, ...forged })
      assert.equal(answer.statusCode, 403)
      assert.ok(!visitor.cookies.has('croft_session'))
    }
  }
  const page = await logIn(tab)
  const consent = actionOf(page, 'authorize/consent')
  const decision = { workspace: workspaceId, decision: 'allow' }
  for (const form_token of [
    '',
    'x',
    formTokenOf(elsewhere, 'authorize/login'),
    formTokenOf(page, 'logout'),
  ]) {
    assert.equal((await tab.post(consent, { ...decision, form_token })).statusCode, 403)
  }
  for (const form_token of ['', 'x', formTokenOf(page, 'authorize/consent')]) {
    assert.equal((await tab.post('/logout', { form_token })).statusCode, 403)
  }
  assert.equal((await tab.post('/logout', { form_token: formTokenOf(page, 'logout') })).statusCode, 200)
  const grants = await db.selectFrom('oauth_grants').select('id').execute()
  assert.equal(grants.length, 0)
  const loggedOut = await tab.post(consent, {
    ...decision,
    form_token: formTokenOf(page, 'authorize/consent'),
  })
  assert.equal(loggedOut.statusCode, 303)
  assert.match(String(loggedOut.headers.location), /^\/authorize\?/)
})

test('consent names the workspace, shows no other, and can be denied', async (t) => {
  const { tab, workspaces, workspaceId, db } = await startPages(t)
  const page = await logIn(tab)
  assert.match(page.body, /Allow Prisma CLI\?/)
  assert.match(page.body, /<span>Acme<\/span>/)
  assert.ok(!page.body.includes('Other'))
  assert.match(page.body, new RegExp(`Logged in as ${EMAIL}`))
  const action = actionOf(page, 'authorize/consent')
  const form_token = formTokenOf(page, 'authorize/consent')
  for (const workspace of [workspaces[1].id, newId(), 'x', 'a\0b', '']) {
    const answer = await tab.post(action, { form_token, decision: 'allow', workspace })
    assert.equal(answer.statusCode, 422, workspace)
    assert.match(answer.body, /Please choose a workspace/)
  }
  for (const decision of ['deny', '']) {
    const answer = await tab.post(action, { form_token, decision, workspace: workspaceId })
    assert.equal(answer.statusCode, 302)
    const back = new URL(String(answer.headers.location))
    assert.equal(back.searchParams.get('error'), 'access_denied')
    assert.equal(back.searchParams.get('state'), GOOD.state)
    assert.equal(back.searchParams.get('code'), null)
  }
  await db.deleteFrom('role_bindings').execute()
  const lonely = await tab.get(authorizeUrl())
  assert.match(lonely.body, /Your account has no workspace/)
  assert.ok(!lonely.body.includes('value="allow"'))
})

test('pages run no script, whatever names and parameters hold', async (t) => {
  const { app, access, system, db, workspaceId } = await startPages(t)
  const name = `<script>alert("x")</script>'"><img src=x onerror=alert(1)>`
  const { clientId } = await access.createApplication(system, {
    name,
    redirectUris: [`https://app.example.com/"><script>`.replace(/[<>"]/g, encodeURIComponent)],
    confidential: true,
  })
  await db.updateTable('workspaces').set({ name }).where('id', '=', workspaceId).execute()
  const params = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: 'https://app.example.com/%22%3E%3Cscript%3E',
    state: name,
  }
  const tab = browser(app)
  const login = await tab.get(authorizeUrl(params))
  const consent = await logIn(tab, params)
  const untrusted = await tab.get(authorizeUrl({ ...params, redirect_uri: name }))
  const failed = await tab.post(actionOf(login, 'authorize/login'), {
    form_token: formTokenOf(login, 'authorize/login'),
    email: name,
    password: 'x',
  })
  for (const page of [login, consent, untrusted, failed]) {
    assert.ok(!/<script|<img/i.test(page.body))
    assert.match(page.body, /&lt;script&gt;/)
    const policy = String(page.headers['content-security-policy'])
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.ok(!policy.includes('unsafe'))
    assert.equal(page.headers['cache-control'], 'no-store')
    const style = /<style>(.*?)<\/style>/s.exec(page.body)?.[1] ?? ''
    const digest = createHash('sha256').update(style).digest('base64')
    assert.ok(policy.includes(`style-src 'sha256-${digest}'`))
  }
  assert.match(
    String(consent.headers['content-security-policy']),
    /form-action 'self' https:\/\/app\.example\.com;/,
  )
})

test('forms may lead to loopback and app addresses too', async (t) => {
  const { tab, access, system } = await startPages(t)
  const { clientId } = await access.createApplication(system, {
    name: 'App',
    redirectUris: ['com.example.app:/cb', 'http://[::1]/cb'],
    confidential: false,
  })
  for (const [redirect_uri, source] of [
    ['com.example.app:/cb', 'com.example.app:'],
    ['http://[::1]:99/cb', 'http:'],
  ] as const) {
    const page = await tab.get(authorizeUrl({ ...GOOD, client_id: clientId, redirect_uri }))
    assert.match(String(page.headers['content-security-policy']), new RegExp(`form-action 'self' ${source};`))
  }
  const cli = await tab.get(authorizeUrl())
  assert.match(String(cli.headers['content-security-policy']), /form-action 'self' http:\/\/localhost:5123;/)
})

test('logging out ends the session, and can lead back to the same request with another account', async (t) => {
  const { tab, access } = await startPages(t)
  const page = await logIn(tab)
  const session = tab.cookies.get('croft_session') ?? ''
  const asked = await tab.get('/logout')
  assert.ok(await access.authenticateSession(session), 'following the link changes nothing')
  assert.match(asked.body, /Log out\?/)
  const answer = await tab.post(actionOf(page, 'logout'), { form_token: formTokenOf(page, 'logout') })
  assert.equal(answer.statusCode, 303)
  assert.ok(!tab.cookies.has('croft_session'))
  assert.equal(await access.authenticateSession(session), null)
  const again = await tab.get(String(answer.headers.location))
  assert.match(again.body, /Log in to Croft/)
  assert.match((await tab.get('/logout')).body, /You are logged out/)
  assert.equal((await tab.post('/logout?redirect_uri=https://evil.example', {})).statusCode, 200)
})

test('logins are few for one address, and routes have names', async (t) => {
  const { app } = await startPages(t)
  assert.deepEqual(
    operationFaults(app.registeredRoutes().filter(({ operation }) => operation?.startsWith('prisma.'))),
    [],
  )
  const post = () => app.inject({ method: 'POST', url: '/authorize/login', headers: FORM, payload: 'a=b' })
  const statuses = await Promise.all(Array.from({ length: 40 }, async () => (await post()).statusCode))
  assert.ok(statuses.includes(400) && statuses.includes(429))
})
