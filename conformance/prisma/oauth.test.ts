import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  AuthError,
  createManagementApiSdk,
  FetchError,
  type TokenStorage,
  type Tokens,
} from '@prisma/management-api-sdk'
import { type Browser, formOf, openBrowser } from '../harness/browser.ts'
import { allow, openConsent } from '../harness/consent.ts'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { assertDone, bodyOf, checkAnswers, managementApi } from '../harness/management-api.ts'
import { prismaId } from '../harness/prisma-id.ts'

/** Prisma's CLI 8: public, with a redirect to any port of localhost. */
const CLI = 'cmm3lndn701oo0uefvxzo0ivw'
const SCOPE = 'workspace:admin offline_access'

const dataDirectory = await newDataDirectory()
const croft = await startCroft(dataDirectory)
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const { bootstrap } = croft
const { url } = bootstrap
const workspaceId = prismaId('wksp', bootstrap.workspaceId)
const api = managementApi(url, bootstrap.serviceToken)

/** One installation of an application: the official SDK, with its tokens in memory. */
function install(clientId = CLI, redirectUri = 'http://localhost:51999/auth/callback') {
  let tokens: Tokens | null = null
  const stored: Tokens[] = []
  const tokenStorage: TokenStorage = {
    getTokens: async () => tokens,
    async setTokens(given) {
      tokens = given
      stored.push(given)
    },
    async clearTokens() {
      tokens = null
    },
  }
  const sdk = createManagementApiSdk({
    clientId,
    redirectUri,
    tokenStorage,
    apiBaseUrl: url,
    authBaseUrl: url,
  })
  checkAnswers(sdk.client)
  return {
    sdk,
    stored,
    tokens: () => tokens,
    /** What an expired token looks like to the SDK: the server says 401 to it. */
    expire() {
      if (tokens) tokens = { ...tokens, accessToken: `${tokens.accessToken.slice(0, -8)}AAAAAAAA` }
    },
    restore(earlier: Tokens) {
      tokens = earlier
    },
  }
}
type Installed = ReturnType<typeof install>

async function logIn({ sdk }: Installed, browser: Browser = openBrowser()): Promise<void> {
  const login = await sdk.getLoginUrl({ scope: SCOPE, additionalParams: { utm_source: 'cli' } })
  const page = await allow(browser, await openConsent(browser, bootstrap, login.url))
  assert.ok(page.leavesTo, page.html)
  await sdk.handleCallback({
    callbackUrl: page.leavesTo,
    verifier: login.verifier,
    expectedState: login.state,
  })
}

const tokenRequest = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${url}/token`, { method: 'POST', headers, body: new URLSearchParams(fields) })

/** What the SDK fails with; openapi-fetch's own errors are wrapped. */
async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    return error instanceof FetchError ? error.cause : error
  }
  return undefined
}

test('login, consent and the first call', async () => {
  const app = install()
  await logIn(app)
  assert.equal(app.tokens()?.workspaceId, workspaceId.replace('wksp_', ''), 'the claim is the bare id')
  const { data } = bodyOf(await app.sdk.client.GET('/v1/workspaces'), 200)
  assert.deepEqual(
    data.map(({ id }) => id),
    [workspaceId],
  )
})

test('three calls after the token ran out make one refresh', async () => {
  const app = install()
  await logIn(app)
  app.expire()
  const calls = [1, 2, 3].map(() => app.sdk.client.GET('/v1/me'))
  for (const call of await Promise.all(calls)) bodyOf(call, 200)
  assert.equal(app.stored.length, 2, 'one login, one refresh')
  assert.notEqual(app.stored[0]?.refreshToken, app.stored[1]?.refreshToken)
})

test('two processes that share a refresh token may race', async () => {
  const first = install()
  await logIn(first)
  const second = install()
  const [shared] = first.stored
  assert.ok(shared)
  second.restore(shared)
  first.expire()
  second.expire()
  const [a, b] = await Promise.all([first.sdk.client.GET('/v1/me'), second.sdk.client.GET('/v1/me')])
  bodyOf(a, 200)
  bodyOf(b, 200)
  assert.equal(first.tokens()?.refreshToken, second.tokens()?.refreshToken, 'both have the successor')
})

test('a replaced refresh token that is used again later ends the whole consent', async () => {
  const app = install()
  await logIn(app)
  const [stolen] = app.stored
  assert.ok(stolen)
  app.expire()
  bodyOf(await app.sdk.client.GET('/v1/me'), 200)
  const kept = app.tokens()
  // The grace for races lasts ten seconds.
  await new Promise((resolve) => setTimeout(resolve, 10_500))
  const thief = install()
  thief.restore(stolen)
  thief.expire()
  const failure = await failureOf(thief.sdk.client.GET('/v1/me'))
  assert.ok(failure instanceof AuthError && failure.refreshTokenInvalid, String(failure))
  assert.equal(thief.tokens(), null, 'the SDK forgets what is dead')

  assert.ok(kept)
  const answer = await managementApi(url, kept.accessToken).GET('/v1/me')
  assert.equal(answer.response.status, 401)
  const owner = await failureOf(app.sdk.client.GET('/v1/me'))
  assert.ok(owner instanceof AuthError && owner.refreshTokenInvalid)
})

test('a revoked integration is out at the next request, and cannot refresh', async () => {
  const app = install()
  await logIn(app)
  const query = { workspaceId }
  const granted = bodyOf(await api.GET('/v1/integrations', { params: { query } }), 200).data
  assert.ok(granted.length > 0)
  for (const { id } of granted) {
    assertDone(await api.DELETE('/v1/integrations/{id}', { params: { path: { id } } }))
  }
  const failure = await failureOf(app.sdk.client.GET('/v1/me'))
  assert.ok(failure instanceof AuthError && failure.refreshTokenInvalid, String(failure))
})

test('a user who does not allow it, a wrong password, a wrong state', async () => {
  const app = install()
  const login = await app.sdk.getLoginUrl({ scope: SCOPE })
  const browser = openBrowser()
  const page = await browser.open(login.url)
  const form = formOf(page, '/authorize/login')
  const refused = await browser.submit(page, form, { email: bootstrap.adminEmail, password: 'wrong' })
  assert.equal(refused.status, 422)
  assert.match(refused.html, /role="alert"/)
  const { adminEmail: email, adminPassword: password } = bootstrap
  const consent = await browser.submit(refused, formOf(refused, '/authorize/login'), { email, password })
  const denied = await browser.submit(consent, formOf(consent, '/authorize/consent'), { decision: 'deny' })
  assert.ok(denied.leavesTo)
  const back = { callbackUrl: denied.leavesTo, verifier: login.verifier, expectedState: login.state }
  await assert.rejects(app.sdk.handleCallback(back), /access_denied/)

  const { leavesTo } = await allow(browser, await openConsent(browser, bootstrap, login.url))
  assert.ok(leavesTo)
  const stale = { ...back, callbackUrl: leavesTo, expectedState: 'another' }
  await assert.rejects(app.sdk.handleCallback(stale), AuthError)
  const guessed = { ...back, callbackUrl: leavesTo, verifier: 'x'.repeat(43) }
  await assert.rejects(app.sdk.handleCallback(guessed), /invalid_grant/)
  assert.equal(app.tokens(), null)
})

test('redirects: any port of loopback, nothing else; unknown clients are told here', async () => {
  const browser = openBrowser()
  for (const [client, redirect, trusted] of [
    [CLI, 'http://localhost:1/auth/callback', true],
    [CLI, 'http://localhost:65000/auth/callback', true],
    [CLI, 'http://localhost:1/auth/callback/', false],
    [CLI, 'http://localhost.example.com:1/auth/callback', false],
    [CLI, 'https://example.com/auth/callback', false],
    ['unknown', 'http://localhost:1/auth/callback', false],
  ] as const) {
    const login = await install(client, redirect).sdk.getLoginUrl({ scope: SCOPE })
    const page = await browser.open(login.url)
    assert.equal(page.leavesTo, null, redirect)
    assert.equal(page.status, trusted ? 200 : 400, redirect)
    assert.equal(page.html.includes('<form'), trusted)
  }
  const wide = await browser.open((await install().sdk.getLoginUrl({ scope: 'everything' })).url)
  assert.equal(new URL(wide.leavesTo ?? '').searchParams.get('error'), 'invalid_scope')
})

test('a confidential application: its secret, no PKCE, a code that works once', async () => {
  const redirectUri = 'https://app.example.com/callback'
  const registered = await fetch(`${url}/api/croft/v1/oauth-applications`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bootstrap.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Web app', redirectUris: [redirectUri] }),
  })
  assert.equal(registered.status, 201)
  const { clientId, clientSecret } = (await registered.json()) as { clientId: string; clientSecret: string }
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'workspace:admin',
    state: 'a & b',
  })
  const browser = openBrowser()
  const consent = await openConsent(browser, bootstrap, `${url}/authorize?${asked}`)
  assert.match(consent.html, /Allow Web app\?/)
  const answer = new URL((await allow(browser, consent)).leavesTo ?? '').searchParams
  assert.equal(answer.get('state'), 'a & b')
  const fields = {
    grant_type: 'authorization_code',
    code: answer.get('code') ?? '',
    redirect_uri: redirectUri,
    client_id: clientId,
  }
  for (const secret of [{}, { client_secret: 'wrong' }]) {
    const refused = await tokenRequest({ ...fields, ...secret })
    assert.equal(refused.status, 401)
    const body = (await refused.json()) as { error: string; error_description: string }
    assert.equal(body.error, 'invalid_client')
    assert.ok(body.error_description)
  }
  const exchanged = await tokenRequest({ ...fields, client_secret: clientSecret })
  assert.equal(exchanged.status, 200)
  const tokens = (await exchanged.json()) as Record<string, unknown>
  assert.equal(tokens.token_type, 'Bearer')
  assert.equal(tokens.expires_in, 3600)
  assert.equal(typeof tokens.refresh_token, 'string')
  bodyOf(await managementApi(url, String(tokens.access_token)).GET('/v1/me'), 200)

  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
  const refresh = { grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token) }
  const refreshed = await tokenRequest(refresh, { authorization: basic })
  assert.equal(refreshed.status, 200)
  const fresh = (await refreshed.json()) as Record<string, unknown>

  const twice = await tokenRequest({ ...fields, client_secret: clientSecret })
  assert.equal(twice.status, 400)
  assert.equal(((await twice.json()) as { error: string }).error, 'invalid_grant')
  const answered = await managementApi(url, String(fresh.access_token)).GET('/v1/me')
  assert.equal(answered.response.status, 401, 'a code used twice takes its tokens along')
})

test('discovery says where to go', async () => {
  const found = await fetch(`${url}/.well-known/oauth-authorization-server`)
  const document = (await found.json()) as Record<string, unknown>
  assert.equal(document.issuer, url)
  assert.equal(document.authorization_endpoint, `${url}/authorize`)
  assert.equal(document.token_endpoint, `${url}/token`)
  assert.deepEqual(document.code_challenge_methods_supported, ['S256'])
})
