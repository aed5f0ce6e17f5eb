import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { formOf, openBrowser } from '../../harness/browser.ts'
import { openConsent } from '../../harness/consent.ts'
import { type Answer, type Caller, callerOf, newUser, type Pds } from '../pds.ts'

interface Identity {
  readonly id: string
  readonly account_id: string
  readonly name: string
  readonly description?: string
  readonly client_id: string
  readonly client_token: string
  readonly enabled: boolean
  readonly created_by?: string
  readonly secret_generation_count: number
  readonly created_at: string
}
interface Key {
  readonly id: string
  readonly user_id: string
  readonly name: string
  readonly enabled: boolean
  readonly expires_at?: string
  readonly jwt_token: string
}
interface Account {
  readonly id: string
  readonly name: string
  readonly tenant_id: string
  readonly account_id: string
}
interface Page<Item> {
  readonly data: readonly Item[]
  readonly pagination?: { readonly continuation: string }
}
interface Tokens {
  readonly idToken: string
  readonly refreshToken: string
  readonly expiresIn: string
  readonly claims: Readonly<Record<string, unknown>>
}
interface Generated {
  readonly token: string
  readonly valid_for: string
}

const GENERATE = '/service-identity/generate-token'
const KEYS = '/api/user-api-key'

/** Names of a list, by pages of two. */
async function namesOf(by: Caller, path: string): Promise<string[]> {
  const names: string[] = []
  for (let token = ''; ; ) {
    const next = token && `&continuation=${encodeURIComponent(token)}`
    const page = await by.ok<Page<{ name: string }>>(200, 'GET', `${path}&limit=2${next}`)
    names.push(...page.data.map(({ name }) => name))
    if (!page.pagination) return names
    token = page.pagination.continuation
  }
}

export function identitiesTests(pds: Pds): void {
  const { croft, admin, first, other, nobody } = pds
  const { owner, accountId, tenantId } = first
  const { url } = croft.bootstrap
  const identities = `/api/accounts/${accountId}/service-identity`
  const identity = (id: string) => `/api/service-identity/${id}`
  const accounts = `/api/tenants/${tenantId}/service-accounts`
  const account = (id: string) => `/api/service-accounts/${id}`
  const make = (by: Caller, more: object = {}) =>
    by.ok<Identity>(200, 'POST', identities, { name: randomUUID(), enabled: true, ...more })
  const generate = (client_id: string, client_token: string) => ({ client_id, client_token })
  const logIn = async (body: unknown): Promise<Answer<{ DATA: { token: string } }>> => {
    const response = await fetch(`${url}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as { DATA: { token: string } } }
  }
  /** A user who has signed in. */
  async function newVisitor() {
    const user = await newUser(croft)
    const { status, body } = await logIn({ email: user.email, password: user.password })
    assert.equal(status, 200)
    return { user, visitor: callerOf(croft, body.DATA.token) }
  }
  const readerOf = (id: string) => newUser(croft, { role: 'organization-reader', type: 'organization', id })

  test('service identities: made, read, changed, regenerated and deleted', async () => {
    const made = await make(owner, { description: 'ci', extra: 1 })
    const { client_token: secret, ...shown } = made
    assert.deepEqual([made.account_id, made.enabled, made.description], [accountId, true, 'ci'])
    assert.deepEqual(made.secret_generation_count, 1)
    assert.deepEqual(await owner.ok(200, 'GET', identity(made.id)), shown)
    const body = { name: `${made.name}-2`, enabled: true }
    const changed = await owner.ok<Identity>(200, 'PUT', identity(made.id), body)
    assert.deepEqual(
      [changed.name, changed.description, changed.client_id],
      [body.name, undefined, made.client_id],
    )

    const { token, valid_for } = await nobody.ok<Generated>(
      200,
      'POST',
      GENERATE,
      generate(made.client_id, secret),
    )
    assert.equal(valid_for, '1h0m0s')
    const program = callerOf(croft, token)
    const me = await program.ok<{ service_identity?: { id: string } }>(200, 'GET', '/api/whoami')
    assert.equal(me.service_identity?.id, made.id)
    await program.refused(404, 'GET', `/api/accounts/${accountId}`)
    await owner.ok(200, 'POST', `/api/accounts/${accountId}/iam`, {
      actor_id: made.id,
      data: { account: ['account-admin'] },
    })
    await program.ok(200, 'GET', `/api/accounts/${accountId}`)
    await program.refused(403, 'POST', identities, { name: randomUUID(), enabled: true })
    await program.refused(403, 'GET', `${identity(made.id)}/regenerate`)
    await program.refused(403, 'GET', KEYS)

    await owner.ok(200, 'PUT', identity(made.id), { ...body, enabled: false })
    await program.refused(401, 'GET', '/api/whoami')
    await nobody.refused(422, 'POST', GENERATE, generate(made.client_id, secret))
    await owner.ok(200, 'PUT', identity(made.id), body)
    await program.ok(200, 'GET', '/api/whoami')

    const head = await fetch(`${url}${identity(made.id)}/regenerate`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${owner.token}` },
    })
    assert.equal(head.status, 405)
    const again = await owner.ok<Identity>(200, 'GET', `${identity(made.id)}/regenerate`)
    assert.equal(again.secret_generation_count, 2)
    assert.notEqual(again.client_id, made.client_id)
    assert.notEqual(again.client_token, secret)
    await program.refused(401, 'GET', '/api/whoami')
    for (const [id, wrong] of [
      [made.client_id, secret],
      [again.client_id, secret],
      [made.client_id, again.client_token],
    ] as const) {
      await nobody.refused(422, 'POST', GENERATE, generate(id, wrong))
    }
    await nobody.ok(200, 'POST', GENERATE, generate(again.client_id, again.client_token))

    await owner.ok(204, 'DELETE', identity(made.id))
    for (const [method, path, sent] of [
      ['GET', identity(made.id)],
      ['PUT', identity(made.id), body],
      ['DELETE', identity(made.id)],
      ['GET', `${identity(made.id)}/regenerate`],
    ] as const) {
      await owner.refused(404, method, path, sent)
    }
    await nobody.refused(422, 'POST', GENERATE, generate(again.client_id, again.client_token))
    for (const wrong of [undefined, {}, { client_id: 'x' }, { client_id: 1, client_token: 'x' }, '{']) {
      await nobody.refused(400, 'POST', GENERATE, wrong)
    }
    const off = await make(owner, { enabled: false })
    assert.equal(off.enabled, false)
    await nobody.refused(422, 'POST', GENERATE, generate(off.client_id, off.client_token))
  })

  test('service identities: names, lists, and who may', async () => {
    const prefix = randomUUID()
    const names = ['b', 'c', 'a'].map((letter) => `${prefix}-${letter}`)
    for (const name of names) await make(owner, { name, enabled: name !== names[1] })
    const mine = async (query: string) =>
      (await namesOf(owner, `${identities}?${query}`)).filter((name) => name.startsWith(prefix))
    assert.deepEqual(await mine('sort_by=name'), names.toSorted())
    assert.deepEqual(await mine('sort_by=-created_at'), names.toReversed())
    assert.deepEqual(await mine('sort_by=created_by'), await mine('sort_by=id'))
    assert.deepEqual(await mine('enabled=false'), [names[1]])
    assert.deepEqual(await mine(`name=${names[2]}`), [names[2]])
    assert.deepEqual(await mine(`created_by=${randomUUID()}`), [])
    const { data } = await owner.ok<Page<Identity>>(200, 'GET', `${identities}?name=${names[0]}`)
    const [one = assert.fail()] = data
    assert.equal(Object.hasOwn(one, 'client_token'), false)
    assert.deepEqual(await mine(`client_id=${one.client_id}&id=${one.id}`), [names[0]])
    for (const wrong of ['sort_by=enabled', 'enabled=perhaps', 'id=x', 'limit=0', 'continuation=x']) {
      await owner.refused(400, 'GET', `${identities}?${wrong}`)
    }
    await owner.refused(409, 'POST', identities, { name: names[0], enabled: true })
    await owner.refused(409, 'PUT', identity(one.id), { name: names[1], enabled: true })
    for (const wrong of [
      undefined,
      {},
      { name: '', enabled: true },
      { name: ' ', enabled: true },
      { name: 'x' },
    ]) {
      await owner.refused(400, 'POST', identities, wrong)
      await owner.refused(400, 'PUT', identity(one.id), wrong)
    }
    const reader = await readerOf(accountId)
    const body = { name: randomUUID(), enabled: true }
    for (const [method, path, sent] of [
      ['GET', identities],
      ['POST', identities, body],
      ['GET', identity(one.id)],
      ['PUT', identity(one.id), body],
      ['GET', `${identity(one.id)}/regenerate`],
      ['DELETE', identity(one.id)],
    ] as const) {
      const at = path.includes(one.id) ? one.id : accountId
      await nobody.refused(401, method, path, sent)
      await reader.refused(403, method, path, sent)
      await other.owner.refused(404, method, path, sent)
      await owner.refused(404, method, path.replace(at, randomUUID()), sent)
      await owner.refused(400, method, path.replace(at, 'no-uuid'), sent)
    }
    const headers = { 'idempotency-key': randomUUID() }
    const once = await owner.ok<Identity>(200, 'POST', identities, body, headers)
    assert.deepEqual(await owner.ok(200, 'POST', identities, body, headers), once)
  })

  test('service accounts: made, listed, read with their token, deleted', async () => {
    const name = randomUUID()
    const made = await owner.ok<Account>(200, 'POST', accounts, { name })
    assert.deepEqual([made.name, made.tenant_id, made.account_id], [name, tenantId, accountId])
    assert.deepEqual(await owner.ok(200, 'GET', account(made.id)), made)
    const { token } = await owner.ok<{ token: string }>(200, 'GET', `${account(made.id)}/token`)
    const program = callerOf(croft, token)
    const me = await program.ok<{ service_account?: { id: string } }>(200, 'GET', '/api/whoami')
    assert.equal(me.service_account?.id, made.id)
    await program.ok(200, 'GET', `/api/tenants/${tenantId}/deployment-targets`)
    const found = await owner.ok<Page<Account>>(200, 'GET', `${accounts}?token=${encodeURIComponent(token)}`)
    assert.deepEqual(found.data, [made])
    assert.deepEqual((await owner.ok<Page<Account>>(200, 'GET', `${accounts}?id=${made.id}&name=x`)).data, [])
    const byName = await owner.ok<Page<Account>>(200, 'GET', `${accounts}?name=Default-AgentWriter`)
    const [writer = assert.fail('every tenant has one')] = byName.data
    const given = await owner.ok<{ token: string }>(200, 'GET', `${account(writer.id)}/token`)
    await callerOf(croft, given.token).ok(200, 'GET', '/api/whoami')
    await owner.ok(200, 'POST', accounts, { name: `${name}-2` })
    const all = await namesOf(owner, `${accounts}?sort_by=-name`)
    assert.deepEqual(all, all.toSorted().toReversed())
    for (const wrong of ['sort_by=token', 'id=x', 'limit=-1'])
      await owner.refused(400, 'GET', `${accounts}?${wrong}`)
    for (const wrong of [undefined, {}, { name: '' }, { name: 7 }])
      await owner.refused(400, 'POST', accounts, wrong)

    const reader = await readerOf(accountId)
    await reader.refused(403, 'GET', accounts)
    await reader.refused(403, 'POST', accounts, { name })
    for (const [method, path, sent] of [
      ['GET', accounts],
      ['POST', accounts, { name }],
      ['GET', account(made.id)],
      ['GET', `${account(made.id)}/token`],
      ['DELETE', account(made.id)],
    ] as const) {
      const at = path.includes(made.id) ? made.id : tenantId
      await nobody.refused(401, method, path, sent)
      await other.owner.refused(404, method, path, sent)
      await owner.refused(404, method, path.replace(at, randomUUID()), sent)
      await owner.refused(400, method, path.replace(at, 'no-uuid'), sent)
      assert.ok([403, 404].includes((await reader.send(method, path, { body: sent })).status))
    }
    const watcher = await newUser(croft, { role: 'workspace-reader', type: 'workspace', id: tenantId })
    await watcher.ok(200, 'GET', account(made.id))
    await watcher.refused(403, 'GET', `${account(made.id)}/token`)
    await watcher.refused(403, 'DELETE', account(made.id))
    await owner.ok(204, 'DELETE', account(made.id))
    await program.refused(401, 'GET', '/api/whoami')
    await owner.refused(404, 'DELETE', account(made.id))
    await owner.refused(404, 'GET', `${account(made.id)}/token`)

    const headers = { 'idempotency-key': randomUUID() }
    const once = await owner.ok<Account>(200, 'POST', accounts, { name }, headers)
    assert.deepEqual(await owner.ok(200, 'POST', accounts, { name }, headers), once)
  })

  test('a service account that another API made has no token to read', async () => {
    const { workspaceId, serviceToken } = croft.bootstrap
    const path = `/api/tenants/${workspaceId}/service-accounts?token=${encodeURIComponent(serviceToken)}`
    const { data } = await admin.ok<Page<Account>>(200, 'GET', path)
    const [found = assert.fail('it is one')] = data
    const refusal = await admin.refused(404, 'GET', `${account(found.id)}/token`)
    assert.match(refusal.message, /shown when it was made/)
  })

  test('API keys: the caller’s own, switched off, on and deleted', async () => {
    const { user, visitor } = await newVisitor()
    // `newUser` has made one.
    const [given = assert.fail()] = (await visitor.ok<Page<Key>>(200, 'GET', KEYS)).data
    const expires_at = new Date(Date.now() + 3_600_000).toISOString()
    const key = await visitor.ok<Key>(201, 'POST', KEYS, { name: 'ci', expires_at })
    assert.deepEqual(
      [key.user_id, key.enabled, key.expires_at],
      [user.userId, true, expires_at.replace('Z', '000Z')],
    )
    assert.deepEqual(await visitor.ok(200, 'GET', `${KEYS}/${key.id}`), key)
    const program = callerOf(croft, key.jwt_token)
    await program.ok(200, 'GET', '/api/whoami')
    await program.refused(403, 'GET', KEYS)
    await program.refused(403, 'POST', KEYS, { name: 'more' })
    await visitor.refused(422, 'DELETE', `${KEYS}/${key.id}`)
    await visitor.ok(200, 'PATCH', `${KEYS}/${key.id}`, { enabled: false })
    await program.refused(401, 'GET', '/api/whoami')
    await visitor.ok(200, 'PATCH', `${KEYS}/${key.id}`, {
      enabled: true,
      name: 'renamed',
      expires_at: 'whatever',
    })
    await program.ok(200, 'GET', '/api/whoami')
    const { name, expires_at: end } = await visitor.ok<Key>(200, 'GET', `${KEYS}/${key.id}`)
    assert.deepEqual([name, end], ['renamed', key.expires_at])
    await visitor.ok(200, 'PATCH', `${KEYS}/${key.id}`, { enabled: false })
    await visitor.ok(204, 'DELETE', `${KEYS}/${key.id}`)
    await program.refused(403, 'GET', '/api/whoami')

    await visitor.refused(409, 'POST', KEYS, { name: given.name })
    await visitor.ok(201, 'POST', KEYS, { name: 'x'.repeat(256) })
    for (const wrong of [
      undefined,
      {},
      { name: '' },
      { name: 'x'.repeat(257) },
      { name: 'x', expires_at: 'tomorrow' },
      { name: 'x', expires_at: '2001-01-01T00:00:00Z' },
      { name: 'x', expires_at: 7 },
    ]) {
      await visitor.refused(400, 'POST', KEYS, wrong)
    }
    for (const wrong of [{ name: '' }, { enabled: 'perhaps' }, { name: 'x'.repeat(257) }]) {
      await visitor.refused(400, 'PATCH', `${KEYS}/${given.id}`, wrong)
    }
    const { visitor: stranger } = await newVisitor()
    const unknown = randomUUID()
    for (const [method, sent] of [['GET'], ['PATCH', { enabled: false }], ['DELETE']] as const) {
      for (const id of [key.id, unknown]) await visitor.refused(404, method, `${KEYS}/${id}`, sent)
      await stranger.refused(404, method, `${KEYS}/${given.id}`, sent)
      await visitor.refused(400, method, `${KEYS}/no-uuid`, sent)
      await nobody.refused(401, method, `${KEYS}/${given.id}`, sent)
    }
    await nobody.refused(401, 'GET', KEYS)
    await nobody.refused(401, 'POST', KEYS, { name: 'x' })
  })

  test('API keys: ten at most, sorted, filtered and paged', async () => {
    const { visitor } = await newVisitor()
    const [given = assert.fail()] = (await visitor.ok<Page<Key>>(200, 'GET', KEYS)).data
    await visitor.ok(200, 'PATCH', `${KEYS}/${given.id}`, { name: '0' })
    for (let number = 1; number < 10; number++) {
      const expires_at = new Date(Date.now() + (20 - number) * 3_600_000).toISOString()
      await visitor.ok(201, 'POST', KEYS, { name: String(number), expires_at })
    }
    await visitor.refused(409, 'POST', KEYS, { name: 'eleventh' })
    assert.equal((await namesOf(visitor, `${KEYS}?sort_by=name`)).join(''), '0123456789')
    assert.equal((await namesOf(visitor, `${KEYS}?sort_by=-created_at`)).join(''), '9876543210')
    // The one without an end is last.
    assert.equal((await namesOf(visitor, `${KEYS}?sort_by=expires_at`)).join(''), '9876543210')
    assert.equal((await namesOf(visitor, `${KEYS}?sort_by=-expires_at`)).join(''), '0123456789')
    await visitor.ok(200, 'PATCH', `${KEYS}/${given.id}`, { enabled: false })
    assert.equal((await namesOf(visitor, `${KEYS}?sort_by=enabled`))[0], '0')
    assert.deepEqual(await namesOf(visitor, `${KEYS}?enabled=false`), ['0'])
    assert.deepEqual(await namesOf(visitor, `${KEYS}?name=3`), ['3'])
    assert.deepEqual(await namesOf(visitor, `${KEYS}?id=${given.id}`), ['0'])
    for (const wrong of ['sort_by=jwt_token', 'id=x', 'enabled=7', 'continuation=x']) {
      await visitor.refused(400, 'GET', `${KEYS}?${wrong}`)
    }
  })

  test('a user signs in by a browser; the tokens act as the user until the session ends', async () => {
    const info = await nobody.ok<Record<'authUrl' | 'clientId' | 'issuer' | 'redirectUrl', string>>(
      200,
      'GET',
      '/auth/oidc-info',
    )
    assert.equal(info.issuer, `${url}/auth`)
    const asked = new URLSearchParams({
      ...{ response_type: 'code', client_id: info.clientId, redirect_uri: info.redirectUrl },
      ...{ scope: 'openid profile email', state: 'st' },
    })
    const browser = openBrowser()
    const consent = await openConsent(browser, croft.bootstrap, `${info.authUrl}?${asked}`)
    const form = formOf(consent, '/authorize/consent')
    assert.deepEqual(form.choices, {}, 'no workspace is chosen')
    const { leavesTo } = await browser.submit(consent, form, { decision: 'allow' })
    const back = new URL(leavesTo ?? assert.fail('it goes back to the client'))
    assert.equal(back.origin + back.pathname, info.redirectUrl)
    assert.equal(back.searchParams.get('state'), 'st')
    const AuthCode = back.searchParams.get('code')
    const tokens = await nobody.ok<Tokens>(200, 'POST', '/auth/authorization-code', { AuthCode })
    assert.equal(tokens.expiresIn, '3600')
    const { aud, iss, email, groups, roles, sub } = tokens.claims
    assert.deepEqual([aud, iss, email], [info.clientId, info.issuer, croft.bootstrap.adminEmail])
    assert.deepEqual([groups, roles], [[], []])
    const decoded = JSON.parse(Buffer.from(tokens.idToken.split('.')[1] ?? '', 'base64url').toString())
    assert.deepEqual([decoded.sub, decoded.iss, decoded.aud, decoded.email], [sub, iss, aud, email])
    const visitor = callerOf(croft, tokens.idToken)
    const me = await visitor.ok<{ user?: { id: string } }>(200, 'GET', '/api/whoami')
    assert.equal(me.user?.id, sub)
    await visitor.ok(200, 'GET', `/api/accounts/${accountId}`)
    await visitor.ok(200, 'GET', KEYS)
    await nobody.refused(401, 'POST', '/auth/authorization-code', { AuthCode })

    const { refreshToken } = tokens
    const more = await nobody.ok<Tokens>(200, 'POST', '/auth/refresh-token', { refreshToken })
    assert.notEqual(more.idToken, tokens.idToken)
    await callerOf(croft, more.idToken).ok(200, 'GET', '/api/whoami')
    for (const [path, field] of [
      ['/auth/authorization-code', 'AuthCode'],
      ['/auth/refresh-token', 'refreshToken'],
    ] as const) {
      for (const wrong of [undefined, {}, { [field]: '' }, { [field]: 7 }, '{']) {
        const { code } = await nobody.refused(400, 'POST', path, wrong)
        assert.equal(code, 'bad_request')
      }
      for (const wrong of ['x', randomUUID(), tokens.idToken, croft.bootstrap.adminToken]) {
        await nobody.refused(401, 'POST', path, { [field]: wrong })
      }
    }
    // A code of this application is worth nothing at the token endpoint.
    const denied = await fetch(`${url}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        ...{ grant_type: 'authorization_code', code: 'x', client_id: info.clientId },
        redirect_uri: info.redirectUrl,
      }),
    })
    assert.equal(denied.status, 401)
  })

  test('who does not allow it, or asks for another address, gets no code', async () => {
    const ask = (redirect: string) =>
      `${url}/authorize?${new URLSearchParams({ response_type: 'code', client_id: 'croft-pds', redirect_uri: redirect })}`
    const browser = openBrowser()
    const consent = await openConsent(browser, croft.bootstrap, ask('http://127.0.0.1:9/auth-wait'))
    const answer = await browser.submit(consent, formOf(consent, '/authorize/consent'), { decision: 'deny' })
    const back = new URL(answer.leavesTo ?? assert.fail('it goes back to the client'))
    assert.equal(back.searchParams.get('error'), 'access_denied')
    assert.equal(back.searchParams.get('code'), null)
    for (const wrong of ['https://evil.example/auth-wait', 'http://localhost:8080/elsewhere']) {
      assert.equal((await browser.open(ask(wrong))).status, 400)
    }
  })

  test('a login with a password answers an ID token', async () => {
    const { email, password } = await newUser(croft)
    assert.equal((await logIn({ email, password })).status, 200)
    for (const [status, body] of [
      [401, { email, password: 'wrong' }],
      [401, { email: 'nobody@example.com', password }],
      [400, { email }],
      [400, {}],
    ] as const) {
      assert.equal((await logIn(body)).status, status)
    }
  })
}
