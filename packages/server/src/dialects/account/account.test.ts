import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { PASSWORD } from '../../../test/access.ts'
import { browser, type Response } from '../../../test/browser.ts'
import { CLI, REDIRECT } from '../../../test/oauth.ts'
import { codeOf, createPeopleApp } from '../../../test/people-app.ts'

const proofOf = (page: Response) => /name="form_token" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
const login = (email: string, password: string) => ({ email, password, address: '::1', requestId: 'r' })

test('the page of a reset link changes the password when its form is sent, not when it is looked at', async (t) => {
  const { app, people, access, admin, user, workspaces } = await createPeopleApp(t)
  const scope = { type: 'workspace', id: workspaces[0].id } as const
  const ann = await user('ann@example.com', 'workspace-reader', scope)
  const { token } = await people.createPasswordReset(admin.call, ann.id)
  const tab = browser(app)
  const page = await tab.get(`/reset-password?token=${token}`)
  assert.equal(page.statusCode, 200)
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/)
  assert.equal(page.headers['referrer-policy'], 'no-referrer')
  await tab.get(`/reset-password?token=${token}`)
  const send = (fields: Record<string, string>) =>
    tab.post('/reset-password', {
      form_token: proofOf(page),
      token,
      password: 'a new and longer one',
      ...fields,
    })
  assert.equal((await send({ form_token: 'x' })).statusCode, 403)
  const short = await send({ password: 'short' })
  assert.equal(short.statusCode, 422)
  assert.match(short.body, /must have between 12 and 1024 characters/)
  assert.ok(await access.authenticateSession(ann.session))
  assert.equal((await send({})).statusCode, 200)
  assert.equal(await access.authenticateSession(ann.session), null)
  assert.equal(await codeOf(access.login(login('ann@example.com', 'a new and longer one'))), 'done')
  assert.equal((await send({})).statusCode, 422)
  const markup = await tab.get(`/reset-password?token=${encodeURIComponent('"><script>')}`)
  assert.ok(!markup.body.includes('<script>'))
})

test('the page of an invitation takes a new user in, and one who exists by the password', async (t) => {
  const { app, people, access, admin, workspaces } = await createPeopleApp(t)
  const invite = async (email: string, role: string) => {
    const scope = { type: 'workspace', id: workspaces[1].id } as const
    return (await people.createInvitation(admin.call, { email, role, scope })).token ?? ''
  }
  const token = await invite('ann@example.com', 'workspace-reader')
  const tab = browser(app)
  const page = await tab.get(`/invitation?token=${token}`)
  assert.equal(page.statusCode, 200)
  assert.match(page.body, /workspace Other &lt;b&gt;/)
  assert.match(page.body, /Choose a password/)
  const send = (fields: Record<string, string>) =>
    tab.post('/invitation', { form_token: proofOf(page), token, password: PASSWORD, name: 'Ann', ...fields })
  assert.equal((await send({ form_token: '' })).statusCode, 403)
  assert.equal((await send({ password: 'short' })).statusCode, 422)
  assert.equal((await send({})).statusCode, 200)
  const ann = await access.authenticateSession(tab.cookies.get('croft_session') ?? '')
  assert.deepEqual(
    ann?.bindings.map(({ role }) => role),
    ['workspace-reader'],
  )
  assert.equal((await send({})).statusCode, 404)
  assert.equal((await tab.get('/invitation?token=x')).statusCode, 404)

  // Logged in already: one click.
  const second = await invite('ann@example.com', 'workspace-editor')
  const known = await tab.get(`/invitation?token=${second}`)
  assert.ok(!known.body.includes('type="password"'))
  assert.equal((await tab.post('/invitation', { form_token: proofOf(known), token: second })).statusCode, 200)

  const third = await invite('ann@example.com', 'workspace-admin')
  const other = browser(app)
  const asked = await other.get(`/invitation?token=${third}`)
  assert.match(asked.body, /Your password/)
  const answer = (password: string) =>
    other.post('/invitation', { form_token: proofOf(asked), token: third, password })
  const wrong = await answer('wrong')
  assert.equal(wrong.statusCode, 422)
  assert.ok(!wrong.body.includes('value="wrong"'))
  assert.equal((await answer(PASSWORD)).statusCode, 200)
})

test('the login page of OAuth asks for the code too', async (t) => {
  const { app, people, admin } = await createPeopleApp(t)
  const { secret } = await people.beginSecondFactor(admin.call, { password: PASSWORD, address: '::1' })
  const totp = new TOTP({ secret: Secret.fromBase32(secret) })
  const code = totp.generate({ timestamp: Date.now() - 30_000 })
  const [recovery = ''] = await people.confirmSecondFactor(admin.call, { code, address: '::1' })
  const tab = browser(app)
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: CLI,
    redirect_uri: REDIRECT,
    scope: 'workspace:admin',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  })
  const page = await tab.get(`/authorize?${query}`)
  assert.ok(!page.body.includes('name="code"'), page.body)
  const send = (fields: Record<string, string>) =>
    tab.post(`/authorize/login?${query}`, {
      form_token: proofOf(page),
      email: 'admin@example.com',
      password: PASSWORD,
      ...fields,
    })
  const asked = await send({})
  assert.equal(asked.statusCode, 422)
  assert.match(asked.body, /name="code"/)
  assert.ok(!asked.body.includes(PASSWORD) && !tab.cookies.has('croft_session'))
  assert.equal((await send({ code: 'wrong' })).statusCode, 422)
  assert.equal((await send({ code: recovery })).statusCode, 303)
})
