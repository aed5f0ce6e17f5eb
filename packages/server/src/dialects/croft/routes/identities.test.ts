import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCroftApp } from '../../../../test/croft-app.ts'
import { newId } from '../../../platform/ids/index.ts'

for (const [path, publicForm] of [
  ['/service-identities', /^[0-9a-f-]{36}$/],
  ['/key-pairs', /^[a-z]{8}$/],
] as const) {
  test(`${path}: made, listed, changed, renewed and deleted by the organization's administrator`, async (t) => {
    const { call, acme, other, stranger, token } = await createCroftApp(t)
    const { organizationId } = acme
    const made = await call('POST', path, { name: 'ci', organizationId })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    assert.match(made.body.clientId, publicForm)
    const { clientSecret, ...shown } = made.body
    assert.ok(clientSecret)
    const one = `${path}/${made.body.id}`
    assert.deepEqual((await call('GET', one)).body, shown)
    assert.deepEqual((await call('GET', `${path}?organizationId=${organizationId}`)).body.data, [shown])
    assert.deepEqual((await call('POST', path, { name: 'ci', organizationId })).code, 'name-taken')
    const renamed = await call('PATCH', one, { name: 'cd', enabled: false })
    assert.deepEqual([renamed.status, renamed.body.name, renamed.body.enabled], [200, 'cd', false])
    const renewed = await call('POST', `${one}/regenerate`)
    assert.deepEqual([renewed.status, renewed.body.secretGeneration], [200, 2])
    assert.notEqual(renewed.body.clientSecret, clientSecret)

    for (const body of [
      {},
      { name: 'x' },
      { name: '', organizationId },
      { name: 'x', organizationId, kind: 'x' },
    ]) {
      assert.deepEqual((await call('POST', path, body)).code, 'invalid-input', JSON.stringify(body))
    }
    for (const body of [{}, { clientId: 'x' }, { secretGeneration: 9 }]) {
      assert.deepEqual((await call('PATCH', one, body)).code, 'invalid-input', JSON.stringify(body))
    }
    assert.deepEqual((await call('GET', path)).code, 'invalid-input')
    for (const id of [other.organizationId, newId(), 'x']) {
      const missing = [404, 'organization-not-found']
      const list = await call('GET', `${path}?organizationId=${id}`)
      assert.deepEqual([list.status, list.code], missing)
      const create = await call('POST', path, { name: 'x', organizationId: id })
      assert.deepEqual([create.status, create.code], missing)
    }
    const attempts = async (id: string, as?: string) =>
      Promise.all([
        call('GET', `${path}/${id}`, undefined, as),
        call('PATCH', `${path}/${id}`, { enabled: true }, as),
        call('POST', `${path}/${id}/regenerate`, undefined, as),
        call('DELETE', `${path}/${id}`, undefined, as),
      ])
    const foreign = [
      ...(await attempts(made.body.id, stranger.token)),
      ...(await attempts(made.body.id, token)),
      ...(await attempts(newId())),
      ...(await attempts('x')),
    ]
    for (const { status, code } of foreign) assert.deepEqual([status, code], [404, 'identity-not-found'])
    assert.equal((await call('DELETE', one)).status, 204)
    for (const { status } of await attempts(made.body.id)) assert.equal(status, 404)
  })
}

test('a service identity gets a token without any other credential, and is who it is', async (t) => {
  const { call, acme, lines } = await createCroftApp(t)
  const { organizationId } = acme
  const made = await call('POST', '/service-identities', { name: 'ci', organizationId })
  const { clientId, clientSecret } = made.body
  const exchange = (body: object) => call('POST', '/service-identities/token', body, null)
  const issued = await exchange({ clientId, clientSecret })
  assert.deepEqual([issued.status, issued.body.expiresIn], [200, 3600])
  const me = await call('GET', '/me', undefined, issued.body.token)
  assert.deepEqual([me.status, me.body.type, me.body.id, me.body.name], [200, 'identity', made.body.id, 'ci'])
  assert.deepEqual(
    (await call('GET', `/workspaces/${acme.id}`, undefined, issued.body.token)).code,
    'workspace-not-found',
  )
  const holder = { type: 'identity', id: made.body.id }
  const scope = { type: 'workspace', id: acme.id }
  const given = await call('POST', '/role-bindings', { holder, role: 'workspace-reader', scope })
  assert.deepEqual([given.status, given.body.holder.name], [201, 'ci'])
  assert.equal((await call('GET', `/workspaces/${acme.id}`, undefined, issued.body.token)).status, 200)
  assert.deepEqual((await call('GET', '/user-api-keys', undefined, issued.body.token)).code, 'forbidden')

  for (const body of [
    {},
    { clientId },
    { clientId, clientSecret, scope: 'x' },
    { clientId: 1, clientSecret },
  ]) {
    assert.deepEqual((await exchange(body)).code, 'invalid-input')
  }
  for (const body of [
    { clientId, clientSecret: `${clientSecret}x` },
    { clientId: newId(), clientSecret },
    { clientId: '%00', clientSecret },
  ]) {
    const answer = await exchange(body)
    assert.deepEqual([answer.status, answer.code], [401, 'not-authenticated'])
  }
  await call('POST', `/service-identities/${made.body.id}/regenerate`)
  assert.deepEqual((await call('GET', '/me', undefined, issued.body.token)).status, 401)
  const pair = await call('POST', '/key-pairs', { name: 'apps', organizationId })
  const asPair = { clientId: pair.body.clientId, clientSecret: pair.body.clientSecret }
  assert.deepEqual((await exchange(asPair)).code, 'not-authenticated')
  for (const secret of [clientSecret, issued.body.token]) assert.ok(!lines.join('').includes(secret))
})
