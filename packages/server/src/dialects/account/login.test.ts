import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD } from '../../../test/access.ts'
import { browser, type Response } from '../../../test/browser.ts'
import { createPeopleApp } from '../../../test/people-app.ts'

const proofOf = (page: Response) => /name="form_token" value="([^"]+)"/.exec(page.body)?.[1] ?? ''

test('a login leads back to where it came from, on this host only, and the logout too', async (t) => {
  const { app, access, admin } = await createPeopleApp(t)
  const tab = browser(app)
  const url = `/login?${new URLSearchParams({ return_to: '/api/database/?page=2' })}`
  const page = await tab.get(url)
  assert.equal(page.statusCode, 200)
  const fields = { form_token: proofOf(page), email: 'admin@example.com', password: PASSWORD }
  assert.equal((await tab.post(url, { ...fields, form_token: 'x' })).statusCode, 403)
  const wrong = await tab.post(url, { ...fields, password: 'not this one' })
  assert.equal(wrong.statusCode, 422)
  assert.match(wrong.body, /role="alert"/)
  assert.match(wrong.body, /value="admin@example.com"/)
  assert.equal(tab.cookies.get('croft_session'), undefined)
  const done = await tab.post(url, fields)
  assert.equal(done.statusCode, 303)
  assert.equal(done.headers.location, '/api/database/?page=2')
  const session = tab.cookies.get('croft_session') ?? ''
  assert.equal((await access.authenticateSession(session))?.name, 'admin@example.com')

  // Who is logged in goes on at once; another host is never where.
  assert.equal((await tab.get(url)).headers.location, '/api/database/?page=2')
  for (const foreign of ['https://evil.example/', '//evil.example/', '/\\evil.example'])
    assert.equal(
      (await tab.get(`/login?${new URLSearchParams({ return_to: foreign })}`)).headers.location,
      '/',
    )

  const token = proofOf(await tab.get('/logout'))
  const query = new URLSearchParams({ return_to: '/api/plan/' })
  assert.equal((await tab.post(`/logout?${query}`, { form_token: 'x' })).statusCode, 403)
  const out = await tab.post(`/logout?${query}`, { form_token: token })
  assert.equal(out.headers.location, '/api/plan/')
  assert.equal(await access.authenticateSession(session), null)
  assert.ok(admin)
})
