// Whoever guesses is slowed down after a few tries, and told for how long.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { totp } from '../harness/totp.ts'
import { basic } from './dbaas/basic.ts'
import { fromAddress } from './from-address.ts'
import { own } from './own.ts'
import { bySession, makePerson, makeProgram, type Person } from './people.ts'

const MOST_TRIES = 70

const dataDirectory = await newDataDirectory()
let croft: Croft
let addresses = 0

before(async () => {
  croft = await startCroft(dataDirectory, { CROFT_RATE_LIMIT: '0' })
})
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})

interface Try {
  readonly path: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
  /** From another address each time, as a botnet does. */
  readonly everywhere?: boolean
}

function post({ path, body, headers = {}, everywhere = false }: Try): Promise<Response> {
  if (everywhere) addresses += 1
  return fromAddress(addresses)(`${croft.bootstrap.url}${path}`, {
    method: /^\/api\/(?!croft)/.test(path) ? 'GET' : path.endsWith('/password') ? 'PUT' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** Tries until it is refused, and answers how often it was heard. All others are answered with `wrong`. */
async function guess(wrong: number, make: (number: number) => Try): Promise<number> {
  // As nobody has come from yet.
  addresses += 1
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const response = await post(make(tries))
    if (response.status !== 429) {
      assert.equal(response.status, wrong, await response.text())
      continue
    }
    const wait = Number(response.headers.get('retry-after'))
    assert.ok(wait >= 1 && wait <= 900, `it says ${response.headers.get('retry-after')}`)
    const { code, detail } = (await response.json()) as { code?: string; detail: string }
    // DBaaS has no codes.
    assert.match(code ?? detail, /^(rate-limited$|Too many attempts)/)
    return tries
  }
  throw new Error(`${MOST_TRIES} tries were heard`)
}

const LOGIN = '/api/croft/v1/session'
const codeOf = (number: number) => String(100_000 + number * 7919).slice(0, 6)

async function withSecondFactor(name: string): Promise<Person & { readonly secret: string }> {
  const person = await makePerson(croft, name)
  const { url } = croft.bootstrap
  const path = '/account/second-factor'
  const { secret } = await bySession<{ secret: string }>(url, person.session, 'POST', path, {
    password: person.password,
  })
  await bySession(url, person.session, 'POST', `${path}/confirm`, { code: totp(secret) })
  return { ...person, secret }
}

test('passwords of an account, wherever the guesses come from', async () => {
  const { email, password } = await makePerson(croft, 'guessed')
  const tries = await guess(401, (number) => ({
    path: LOGIN,
    body: { email, password: `wrong-${number}` },
    everywhere: true,
  }))
  assert.ok(tries <= 10, `${tries} were heard`)
  // Not even the right one: a guess must not be told from it.
  const early = await post({ path: LOGIN, body: { email, password }, everywhere: true })
  assert.equal(early.status, 429)
})

test('passwords sent with every request, which are the same guesses as at the login', async () => {
  const { email, password } = await makePerson(croft, 'guessed-by-basic')
  const path = '/api/database/'
  const tries = await guess(401, (number) => ({
    path,
    headers: basic(email, `wrong-${number}`),
    everywhere: true,
  }))
  assert.ok(tries <= 10, `${tries} were heard`)
  assert.equal((await post({ path, headers: basic(email, password), everywhere: true })).status, 429)
  assert.equal((await post({ path: LOGIN, body: { email, password }, everywhere: true })).status, 429)
  const fromOne = await guess(401, (number) => ({
    path,
    headers: basic(`user-${number}@example.com`, 'password1234'),
  }))
  assert.ok(fromOne <= 30, `${fromOne} were heard from one address`)
})

test('accounts that there are not, as those that there are', async () => {
  const email = 'nobody@example.com'
  const tries = await guess(401, () => ({ path: LOGIN, body: { email, password: 'x' }, everywhere: true }))
  assert.ok(tries <= 10, `${tries} were heard`)
})

test('one password for many accounts, from one address', async () => {
  const tries = await guess(401, (number) => ({
    path: LOGIN,
    body: { email: `user-${number}@example.com`, password: 'password1234' },
  }))
  assert.ok(tries <= 30, `${tries} were heard`)
})

test('codes of a second factor, by who has the password', async () => {
  const { email, password } = await withSecondFactor('factor')
  const tries = await guess(401, (number) => ({
    path: LOGIN,
    body: { email, password, code: codeOf(number) },
    everywhere: true,
  }))
  assert.ok(tries <= 10, `${tries} were heard`)
})

test('codes and passwords, by who has the session', async () => {
  const { session, password } = await withSecondFactor('session')
  const headers = { cookie: session.cookie, 'x-csrf-token': session.csrfToken }
  const off = '/api/croft/v1/account/second-factor/disable'
  const tries = await guess(422, (number) => ({
    path: off,
    body: { password, code: codeOf(number) },
    headers,
    everywhere: true,
  }))
  assert.ok(tries <= 10, `${tries} were heard`)
  // It is the same account, so one kind of guess makes no room for another.
  const change = { path: '/api/croft/v1/account/password', headers, everywhere: true }
  const body = { password: 'wrong', newPassword: 'another password' }
  assert.equal((await post({ ...change, body })).status, 429)
})

test('secrets of a service identity; the right one still gets in', async () => {
  const { organizationId } = croft.bootstrap
  const { clientId, clientSecret } = await makeProgram(croft, organizationId, 'guessed')
  const path = '/api/croft/v1/service-identities/token'
  const tries = await guess(401, (number) => ({
    path,
    body: { clientId, clientSecret: `croft_secret_${number}` },
    everywhere: true,
  }))
  assert.ok(tries <= 10, `${tries} were heard`)
  assert.equal((await post({ path, body: { clientId, clientSecret }, everywhere: true })).status, 200)
})

test('tokens of links, from one address', async () => {
  for (const [path, wrong] of [
    ['password-resets/complete', 422],
    ['invitations/join', 404],
  ] as const) {
    const tries = await guess(wrong, (number) => ({
      path: `/api/croft/v1/${path}`,
      body: { token: `croft_reset_${number}`, password: 'another password' },
    }))
    assert.ok(tries <= 60, `${tries} were heard`)
  }
})

test('secrets of an OAuth application', async () => {
  const application = await own<{ clientId: string }>(croft, 'POST', '/oauth-applications', {
    name: 'guessed',
    redirectUris: ['http://localhost/callback'],
  })
  addresses += 1
  for (let tries = 0; tries <= 10; tries++) {
    const response = await fromAddress(addresses)(`${croft.bootstrap.url}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: 'x',
        redirect_uri: 'http://localhost/callback',
        client_id: application.clientId,
        client_secret: `croft_secret_${tries}`,
      }).toString(),
    })
    if (response.status === 429) {
      assert.ok(Number(response.headers.get('retry-after')) >= 1)
      return
    }
    assert.equal(response.status, 401, await response.text())
  }
  throw new Error('all of them were heard')
})
