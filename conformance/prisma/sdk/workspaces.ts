import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDone, bodyOf, managementApi, refusalOf } from '../../harness/management-api.ts'
import { NOTHING, type Sdk } from './setup.ts'

const REGIONS = [
  'us-east-1',
  'us-west-1',
  'eu-west-3',
  'eu-central-1',
  'ap-northeast-1',
  'ap-southeast-1',
] as const

export function workspaceTests({ croft, api, user, other, workspaceId }: Sdk): void {
  const { bootstrap } = croft

  test('a service token says whose it is', async () => {
    const { data } = bodyOf(await api.GET('/v1/me'), 200)
    assert.equal(data.user, null)
    assert.equal(data.workspace?.id, workspaceId)
    assert.equal(data.credential.type, 'service_token')
    const [, payload = ''] = bootstrap.serviceToken.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    assert.equal(claims.sub, `workspace:${workspaceId.replace('wksp_', '')}`)
  })

  test('a user’s token says who it is', async () => {
    const { data } = bodyOf(await user.GET('/v1/me'), 200)
    assert.equal(data.user?.email, bootstrap.adminEmail)
    assert.equal(data.workspace?.id, workspaceId)
    assert.equal(data.credential.type, 'oauth')
  })

  test('a token sees its workspace and no other', async () => {
    const { data, pagination } = bodyOf(await api.GET('/v1/workspaces'), 200)
    assert.deepEqual(
      data.map(({ id }) => id),
      [workspaceId],
    )
    assert.deepEqual(pagination, { nextCursor: null, hasMore: false })
    const [mine] = data
    for (const id of [workspaceId, workspaceId.replace('wksp_', '')]) {
      const found = bodyOf(await api.GET('/v1/workspaces/{id}', { params: { path: { id } } }), 200)
      assert.deepEqual(found.data, mine)
    }
    assert.equal(mine?.url, `${bootstrap.url}/v1/workspaces/${workspaceId}`)
    for (const id of [other.workspaceId, `wksp_${NOTHING}`, 'wksp_nonsense']) {
      const foreign = await api.GET('/v1/workspaces/{id}', { params: { path: { id } } })
      assert.equal(refusalOf(foreign, 404, 'resource-not-found'), `workspace with id ${id} not found`)
    }
  })

  test('only users make workspaces', async () => {
    refusalOf(await api.POST('/v1/workspaces', { body: { displayName: 'x' } }), 403, 'permission-denied')
    const theirs = bodyOf(await other.api.GET('/v1/workspaces'), 200).data
    assert.deepEqual(
      theirs.map(({ id, name }) => ({ id, name })),
      [{ id: other.workspaceId, name: 'Second & third' }],
    )
  })

  test('a subscription that blocks nothing', async () => {
    const path = { id: workspaceId }
    const { data } = bodyOf(await api.GET('/v1/workspaces/{id}/subscription', { params: { path } }), 200)
    assert.equal(data.usageBlocked, false)
    const foreign = { params: { path: { id: other.workspaceId } } }
    refusalOf(await api.GET('/v1/workspaces/{id}/subscription', foreign), 404, 'resource-not-found')
  })

  test('the six regions', async () => {
    const postgres = bodyOf(await api.GET('/v1/regions/postgres'), 200).data
    assert.deepEqual(postgres.map(({ id }) => id).sort(), [...REGIONS].sort())
    assert.ok(postgres.every(({ status }) => status === 'available'))
    const accelerate = bodyOf(await api.GET('/v1/regions/accelerate'), 200).data
    assert.ok(accelerate.every((region) => !('status' in region)))
    const all = bodyOf(await api.GET('/v1/regions'), 200).data
    const some = bodyOf(
      await api.GET('/v1/regions', { params: { query: { product: 'postgres' } } }),
      200,
    ).data
    assert.deepEqual(
      all.filter(({ product }) => product === 'postgres'),
      some,
    )
    assert.equal(all.length, postgres.length + accelerate.length)
  })

  test('service tokens: made, listed, used, deleted', async () => {
    const path = { workspaceId }
    const tokens = '/v1/workspaces/{workspaceId}/service-tokens'
    const made = bodyOf(await api.POST(tokens, { params: { path }, body: { name: 'ci' } }), 201).data
    assert.equal(made.value.split('.').length, 3)
    assert.ok(made.value.endsWith(made.valueHint), 'the hint is its end')
    const listed = bodyOf(await api.GET(tokens, { params: { path } }), 200).data
    assert.equal(listed[0]?.id, made.id, 'newest first')
    assert.ok(!JSON.stringify(listed).includes(made.value))

    const ci = managementApi(bootstrap.url, made.value)
    assert.equal(bodyOf(await ci.GET('/v1/me'), 200).data.credential.name, 'ci')
    const target = { params: { path: { ...path, serviceTokenId: made.id } } }
    assertDone(await api.DELETE(`${tokens}/{serviceTokenId}`, target))
    refusalOf(await ci.GET('/v1/me'), 401, 'authentication-failed')
    refusalOf(await api.DELETE(`${tokens}/{serviceTokenId}`, target), 404, 'resource-not-found')
  })

  test('service tokens of a workspace that is not ours', async () => {
    const tokens = '/v1/workspaces/{workspaceId}/service-tokens'
    for (const id of [other.workspaceId, `wksp_${NOTHING}`]) {
      const params = { path: { workspaceId: id } }
      assert.deepEqual(bodyOf(await api.GET(tokens, { params }), 200).data, [])
      const refused = await api.POST(tokens, { params, body: { name: 'x' } })
      refusalOf(refused, 404, 'resource-not-found')
    }
    const params = { path: { workspaceId } }
    refusalOf(await api.POST(tokens, { params, body: { name: '' } }), 422, 'validation-error')
  })

  test('integrations: listed both ways, found, deleted both ways', async () => {
    const path = { workspaceId: other.workspaceId }
    const nested = '/v1/workspaces/{workspaceId}/integrations'
    const [granted] = bodyOf(await other.api.GET(nested, { params: { path } }), 200).data
    assert.ok(granted)
    assert.deepEqual(granted.scopes.toSorted(), ['offline_access', 'workspace:admin'])
    assert.equal(granted.createdByUser.email, bootstrap.adminEmail)
    const flat = bodyOf(await other.api.GET('/v1/integrations', { params: { query: path } }), 200).data
    assert.deepEqual(flat, [granted])
    const byId = { params: { path: { id: granted.id } } }
    assert.deepEqual(bodyOf(await other.api.GET('/v1/integrations/{id}', byId), 200).data, granted)
    refusalOf(await api.GET('/v1/integrations/{id}', byId), 404, 'resource-not-found')
    refusalOf(await api.GET(nested, { params: { path } }), 404, 'resource-not-found')
    refusalOf(await api.DELETE('/v1/integrations/{id}', byId), 404, 'resource-not-found')
  })

  test('tokens that are none', async () => {
    const [head, payload] = bootstrap.serviceToken.split('.')
    const forged = `${head}.${payload}.${Buffer.from('forged').toString('base64url')}`
    for (const token of ['x', 'a.b.c', forged, `${bootstrap.serviceToken}x`]) {
      refusalOf(await managementApi(bootstrap.url, token).GET('/v1/me'), 401, 'authentication-failed')
    }
    refusalOf(await managementApi(bootstrap.url, '').GET('/v1/workspaces'), 401, 'authentication-failed')
  })
}
