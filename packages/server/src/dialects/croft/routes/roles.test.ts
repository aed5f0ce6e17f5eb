import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCroftApp, type Method } from '../../../../test/croft-app.ts'
import { ROLE_NAMES } from '../../../domain/access/index.ts'
import { newId } from '../../../platform/ids/index.ts'

test('nobody without a credential, or with a bad one, gets at anything of access', async (t) => {
  const { call } = await createCroftApp(t)
  const id = newId()
  const operations: [Method, string, object?][] = [
    ['GET', '/roles'],
    ['GET', '/role-bindings'],
    ['POST', '/role-bindings', {}],
    ['DELETE', `/role-bindings/${id}`],
    ...['/service-identities', '/key-pairs'].flatMap((path): [Method, string, object?][] => [
      ['GET', `${path}?organizationId=${id}`],
      ['POST', path, { name: 'x', organizationId: id }],
      ['GET', `${path}/${id}`],
      ['PATCH', `${path}/${id}`, { enabled: false }],
      ['POST', `${path}/${id}/regenerate`],
      ['DELETE', `${path}/${id}`],
    ]),
    ['GET', '/user-api-keys'],
    ['POST', '/user-api-keys', { name: 'x' }],
    ['GET', `/user-api-keys/${id}`],
    ['PATCH', `/user-api-keys/${id}`, { enabled: false }],
    ['DELETE', `/user-api-keys/${id}`],
    ['GET', '/organizations'],
    ['POST', '/organizations', { name: 'x' }],
    ['GET', `/organizations/${id}`],
    ['GET', '/workspaces'],
    ['POST', '/workspaces', { name: 'x' }],
    ['GET', `/workspaces/${id}`],
  ]
  for (const [method, path, body] of operations) {
    for (const as of [null, 'garbage', `croft_user_${'0'.repeat(49)}`]) {
      const { status, code } = await call(method, path, body, as)
      assert.deepEqual([status, code], [401, 'not-authenticated'], `${method} ${path}`)
    }
  }
})

test('the built-in roles are told with their permissions', async (t) => {
  const { call, token } = await createCroftApp(t)
  for (const as of [token, undefined]) {
    const { status, body } = await call('GET', '/roles', undefined, as)
    assert.equal(status, 200)
    assert.deepEqual(
      body.data.map(({ name }: { name: string }) => name),
      ROLE_NAMES,
    )
    const [first] = body.data
    assert.deepEqual(first.permissions, [{ actions: ['manage'], subjects: ['all'] }])
  }
})

test('roles are given, listed and taken', async (t) => {
  const { call, acme, stranger, other, root, token } = await createCroftApp(t)
  const holder = { type: 'user', id: stranger.id }
  const scope = { type: 'workspace', id: acme.id }
  const wanted = { holder, role: 'workspace-reader', scope }
  const made = await call('POST', '/role-bindings', wanted)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.deepEqual(made.body.holder, { ...holder, name: 'stranger@example.com' })
  assert.deepEqual((await call('POST', '/role-bindings', wanted)).code, 'role-held')
  const at = `/role-bindings?scopeType=workspace&scopeId=${acme.id}`
  assert.deepEqual((await call('GET', at)).body.data, [made.body])
  const of = `/role-bindings?holderType=user&holderId=${stranger.id}`
  assert.deepEqual((await call('GET', of)).body.data, [made.body])
  assert.equal((await call('GET', of, undefined, root.token)).body.data.length, 2)
  assert.equal((await call('GET', '/role-bindings?limit=1')).body.pagination.hasMore, true)
  const platform = '/role-bindings?scopeType=platform'
  assert.equal((await call('GET', platform, undefined, root.token)).body.data.length, 1)
  assert.deepEqual((await call('GET', platform)).code, 'forbidden')

  const bad: [object, number, string][] = [
    [{}, 422, 'invalid-input'],
    [{ ...wanted, extra: 1 }, 422, 'invalid-input'],
    [{ ...wanted, role: 'project-reader' }, 422, 'invalid-input'],
    [{ ...wanted, scope: { type: 'galaxy', id: acme.id } }, 422, 'invalid-input'],
    [{ ...wanted, scope: { type: 'workspace' } }, 422, 'invalid-input'],
    [{ ...wanted, holder: { type: 'user', id: newId() } }, 404, 'user-not-found'],
    [{ ...wanted, holder: { type: 'identity', id: newId() } }, 404, 'identity-not-found'],
    [{ ...wanted, scope: { type: 'workspace', id: other.id } }, 404, 'workspace-not-found'],
    [{ ...wanted, scope: { type: 'workspace', id: 'x' } }, 404, 'workspace-not-found'],
    [{ ...wanted, role: 'platform-admin', scope: { type: 'platform' } }, 403, 'forbidden'],
  ]
  for (const [body, status, code] of bad) {
    const answer = await call('POST', '/role-bindings', body)
    assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(body))
  }
  for (const query of ['scopeType=workspace', 'holderId=x', 'scopeType=x', 'limit=0', 'cursor=x']) {
    assert.equal((await call('GET', `/role-bindings?${query}`)).status, 422, query)
  }
  const foreign = `/role-bindings?scopeType=workspace&scopeId=${other.id}`
  assert.deepEqual((await call('GET', foreign)).code, 'workspace-not-found')

  const path = `/role-bindings/${made.body.id}`
  assert.deepEqual((await call('DELETE', path, undefined, stranger.token)).code, 'forbidden')
  assert.equal((await call('DELETE', path, undefined, token)).status, 204, 'the workspace’s own token may')
  for (const gone of [path, `/role-bindings/${newId()}`, '/role-bindings/x']) {
    assert.deepEqual((await call('DELETE', gone)).code, 'binding-not-found')
  }
  const [own] = (await call('GET', platform, undefined, root.token)).body.data
  const last = await call('DELETE', `/role-bindings/${own.id}`, undefined, root.token)
  assert.deepEqual([last.status, last.code], [409, 'last-administrator'])
})

test('organizations and workspaces are made and seen by whom they concern', async (t) => {
  const { call, acme, other, root, stranger, token } = await createCroftApp(t)
  const ids = (answer: { body: { data: { id: string }[] } }) => answer.body.data.map(({ id }) => id)
  assert.deepEqual(ids(await call('GET', '/organizations')), [acme.organizationId])
  assert.deepEqual(ids(await call('GET', '/organizations', undefined, token)), [])
  assert.equal(ids(await call('GET', '/organizations', undefined, root.token)).length, 2)
  assert.equal((await call('GET', `/organizations/${acme.organizationId}`)).body.name, 'Acme')
  for (const id of [other.organizationId, newId(), 'x']) {
    assert.deepEqual((await call('GET', `/organizations/${id}`)).code, 'organization-not-found')
  }
  assert.deepEqual((await call('POST', '/organizations', { name: 'New' })).code, 'forbidden')
  assert.deepEqual((await call('POST', '/organizations', {}, root.token)).code, 'invalid-input')
  const made = await call('POST', '/organizations', { name: 'New' }, root.token)
  assert.deepEqual([made.status, made.body.name], [201, 'New'])

  assert.deepEqual(ids(await call('GET', '/workspaces')), [acme.id])
  assert.equal((await call('GET', `/workspaces/${acme.id}`)).body.organizationId, acme.organizationId)
  for (const id of [other.id, newId(), 'x']) {
    assert.deepEqual((await call('GET', `/workspaces/${id}`)).code, 'workspace-not-found')
  }
  const chosen = { name: 'Mine', organizationId: acme.organizationId }
  const mine = await call('POST', '/workspaces', chosen)
  assert.deepEqual([mine.status, mine.body.organizationId], [201, acme.organizationId])
  assert.deepEqual(ids(await call('GET', '/workspaces')), [acme.id, mine.body.id])
  const elsewhere = await call('POST', '/workspaces', chosen, stranger.token)
  assert.deepEqual([elsewhere.status, elsewhere.code], [404, 'organization-not-found'])
  const anybody = await call('POST', '/workspaces', { name: 'Theirs' }, stranger.token)
  assert.equal(anybody.status, 201)
  assert.equal((await call('GET', `/workspaces/${anybody.body.id}`, undefined, stranger.token)).status, 200)
  assert.deepEqual((await call('POST', '/workspaces', { name: 'x' }, token)).code, 'forbidden')
  assert.deepEqual((await call('POST', '/workspaces', {})).code, 'invalid-input')
})
