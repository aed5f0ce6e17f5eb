import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browser, type Fields } from '../../../../test/browser.ts'
import { CLI, REDIRECT } from '../../../../test/oauth.ts'
import {
  allow,
  authorizeUrl,
  CHALLENGE,
  exchange,
  GOOD,
  getTokens,
  ORIGIN,
  startPages,
  VERIFIER,
} from './test-pages.ts'

test('from the link over login and consent to tokens, and to new ones', async (t) => {
  const started = await startPages(t)
  const { app, access } = started
  const back = await allow(started)
  assert.equal(back.origin + back.pathname, REDIRECT)
  assert.equal(back.searchParams.get('state'), GOOD.state)
  assert.equal(back.searchParams.get('iss'), ORIGIN)
  const { status, body } = await getTokens(app, exchange(back.searchParams.get('code')))
  assert.equal(status, 200)
  const { access_token, refresh_token, ...rest } = body
  assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 3600, scope: GOOD.scope })
  await access.authenticate(access_token)
  const again = await getTokens(app, { grant_type: 'refresh_token', refresh_token, client_id: CLI })
  assert.equal(again.status, 200)
  await access.authenticate(again.body.access_token)
  assert.notEqual(again.body.refresh_token, refresh_token)
})

test('a confidential client proves itself in the form or by Basic; a public one by PKCE', async (t) => {
  const started = await startPages(t)
  const { app, access, system } = started
  const { clientId, clientSecret } = await access.createApplication(system, {
    name: 'Server',
    redirectUris: ['https://app.example.com/cb'],
    confidential: true,
  })
  assert.ok(clientSecret)
  const redirect_uri = 'https://app.example.com/cb'
  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
  })
  const plain = { response_type: 'code', client_id: clientId, redirect_uri }
  const pkce = { ...plain, code_challenge: CHALLENGE, code_challenge_method: 'S256' }
  const inForm = { client_id: clientId, client_secret: clientSecret }
  const code = async (params: Fields) => {
    const fresh = { ...started, tab: browser(app) }
    const found = (await allow(fresh, params)).searchParams.get('code') ?? ''
    return { grant_type: 'authorization_code', code: found, redirect_uri }
  }

  const first = await code(plain)
  for (const [fields, headers, status, error] of [
    [{ ...first, client_id: clientId }, {}, 401, 'invalid_client'],
    [{ ...first, ...inForm, client_secret: 'wrong' }, {}, 401, 'invalid_client'],
    [first, basic(clientId, 'wrong'), 401, 'invalid_client'],
    [first, { authorization: 'Basic !' }, 401, 'invalid_client'],
    [first, { authorization: 'Bearer x' }, 401, 'invalid_client'],
    [first, basic('%', 'x'), 401, 'invalid_client'],
    [first, {}, 401, 'invalid_client'],
    [{ ...first, ...inForm }, basic(clientId, clientSecret), 400, 'invalid_request'],
    [{ ...first, client_id: CLI }, basic(clientId, clientSecret), 400, 'invalid_request'],
    [{ ...first, client_id: CLI }, {}, 400, 'invalid_grant'],
    [{ ...first, ...inForm, code_verifier: VERIFIER }, {}, 400, 'invalid_grant'],
  ] as const) {
    const answer = await getTokens(app, fields, headers)
    assert.deepEqual([answer.status, answer.body.error], [status, error], JSON.stringify({ fields, headers }))
    assert.equal(typeof answer.body.error_description, 'string')
    const challenged = answer.headers['www-authenticate'] !== undefined
    assert.equal(challenged, status === 401 && 'authorization' in headers)
  }
  const answer = await getTokens(app, first, basic(clientId, clientSecret))
  assert.equal(answer.status, 200)
  const { refresh_token } = answer.body
  const refresh = { grant_type: 'refresh_token', refresh_token }
  assert.equal((await getTokens(app, { ...refresh, client_id: clientId })).status, 401)
  assert.equal((await getTokens(app, { ...refresh, client_id: CLI })).body.error, 'invalid_grant')
  assert.equal((await getTokens(app, { ...refresh, ...inForm })).status, 200)

  const second = await code(pkce)
  assert.equal((await getTokens(app, { ...second, ...inForm })).body.error, 'invalid_grant')
  const wrong = { ...second, ...inForm, code_verifier: 'w'.repeat(43) }
  assert.equal((await getTokens(app, wrong)).body.error, 'invalid_grant')
  assert.equal((await getTokens(app, { ...wrong, code_verifier: VERIFIER })).status, 200)

  const { searchParams } = await allow({ ...started, tab: browser(app) })
  const { code_verifier: _verifier, ...unproven } = exchange(searchParams.get('code'))
  assert.equal((await getTokens(app, unproven)).body.error, 'invalid_grant')
  assert.equal((await getTokens(app, { ...unproven, code_verifier: VERIFIER })).status, 200)
})

test('the token endpoint answers bad input in OAuth’s form', async (t) => {
  const { app } = await startPages(t)
  for (const [fields, error] of [
    [{}, 'invalid_request'],
    [{ grant_type: 'password', client_id: CLI }, 'unsupported_grant_type'],
    [{ grant_type: 'refresh_token', client_id: CLI }, 'invalid_request'],
    [{ ...exchange('x'), redirect_uri: '' }, 'invalid_request'],
    [exchange('x'), 'invalid_grant'],
    [{ ...exchange('a\0b'), code_verifier: 'a\0b' }, 'invalid_grant'],
    [{ grant_type: 'refresh_token', client_id: CLI, refresh_token: 'x', scope: 'all' }, 'invalid_scope'],
    [{ grant_type: 'refresh_token', client_id: CLI, refresh_token: 'x' }, 'invalid_grant'],
  ] as const) {
    const { status, body } = await getTokens(app, fields)
    assert.deepEqual([status, body.error], [400, error], JSON.stringify(fields))
  }
  const post = (contentType: string | undefined, payload: string) =>
    app.inject({
      method: 'POST',
      url: '/token',
      ...(contentType && { headers: { 'content-type': contentType } }),
      payload,
    })
  for (const response of [
    await post('application/x-www-form-urlencoded', 'grant_type=refresh_token&grant_type=x'),
    await post('application/json', JSON.stringify(exchange('x'))),
    await post('application/json', '{'),
    await post('text/plain', 'grant_type=x'),
    await post('application/xml', '<x/>'),
    await post(undefined, ''),
  ]) {
    assert.equal(response.statusCode, 400)
    assert.equal(response.json().error, 'invalid_request')
  }
  const large = await post('application/x-www-form-urlencoded', `a=${'x'.repeat(2_000_000)}`)
  assert.deepEqual([large.statusCode, large.json().error], [413, 'invalid_request'])
  assert.equal((await app.inject({ method: 'GET', url: '/token' })).statusCode, 405)
})

test('the metadata says where everything is', async (t) => {
  const { app } = await startPages(t)
  const { issuer, ...metadata } = (await app.inject('/.well-known/oauth-authorization-server')).json()
  assert.equal(issuer, ORIGIN)
  assert.equal(metadata.authorization_endpoint, `${ORIGIN}/authorize`)
  assert.equal(metadata.token_endpoint, `${ORIGIN}/token`)
  assert.deepEqual(metadata.code_challenge_methods_supported, ['S256'])
})

test('HEAD is like GET without a body; other methods are not there', async (t) => {
  const { app } = await startPages(t)
  const head = await app.inject({ method: 'HEAD', url: authorizeUrl() })
  assert.deepEqual([head.statusCode, head.body], [200, ''])
  for (const [method, url] of [
    ['POST', authorizeUrl()],
    ['GET', '/authorize/login'],
    ['GET', '/authorize/consent'],
    ['PUT', '/token'],
  ] as const) {
    assert.equal((await app.inject({ method, url })).statusCode, 405)
  }
})
