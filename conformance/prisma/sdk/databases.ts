import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDone, bodyOf, refusalOf } from '../../harness/management-api.ts'
import { loginFault, query } from '../../harness/query.ts'
import { NOTHING, type Sdk } from './setup.ts'

export function databaseTests({ api, other }: Sdk): void {
  test('databases: made, listed by every filter, changed, deleted', async () => {
    const project = bodyOf(await api.POST('/v1/projects', { body: { createDatabase: false } }), 201).data
    const projectId = project.id
    const body = { projectId, name: 'main', logicalId: 'stack/main', source: { type: 'empty' } } as const
    const made = bodyOf(await api.POST('/v1/databases', { body }), 201).data
    assert.equal(made.status, 'ready')
    assert.ok(!('apiKeys' in made) && !('connectionString' in made), 'the older fields are of older calls')
    const [connection] = made.connections
    const secret = connection?.endpoints.direct?.connectionString ?? ''
    assert.deepEqual(await query(secret, 'select 1 as n'), [{ n: 1 }])
    refusalOf(await api.POST('/v1/databases', { body }), 409, 'conflict')

    const onIt = { path: { databaseId: made.id } }
    const read = bodyOf(await api.GET('/v1/databases/{databaseId}', { params: onIt }), 200).data
    assert.ok(!JSON.stringify(read).includes(new URL(secret).password), 'secrets are shown once')
    for (const filter of [
      { projectId },
      { logicalId: 'stack/main' },
      { projectId, branchId: made.branchId ?? 'unassigned' },
    ]) {
      const found = bodyOf(await api.GET('/v1/databases', { params: { query: filter } }), 200).data
      assert.deepEqual(found, [read], JSON.stringify(filter))
    }
    const nested = { params: { path: { projectId } } }
    const inProject = bodyOf(await api.GET('/v1/projects/{projectId}/databases', nested), 200).data
    assert.deepEqual(inProject, [read])
    const none = { params: { query: { projectId, branchGitName: 'none' } } }
    assert.deepEqual(bodyOf(await api.GET('/v1/databases', none), 200).data, [])

    const change = { params: onIt, body: { name: 'renamed' } }
    const renamed = bodyOf(await api.PATCH('/v1/databases/{databaseId}', change), 200).data
    assert.equal(renamed.name, 'renamed')
    assert.equal(renamed.connections[0]?.database.name, 'renamed')
    refusalOf(await other.api.PATCH('/v1/databases/{databaseId}', change), 404, 'resource-not-found')
    refusalOf(
      await other.api.DELETE('/v1/databases/{databaseId}', { params: onIt }),
      404,
      'resource-not-found',
    )
    assertDone(await api.DELETE('/v1/databases/{databaseId}', { params: onIt }))
    refusalOf(await api.DELETE('/v1/databases/{databaseId}', { params: onIt }), 404, 'resource-not-found')
    assertDone(await api.DELETE('/v1/projects/{id}', { params: { path: { id: projectId } } }))
  })

  test('a project has one default database, which goes only with it', async () => {
    const { database, ...project } = bodyOf(await api.POST('/v1/projects', { body: {} }), 201).data
    const params = { path: { projectId: project.id } }
    const second = { params, body: { isDefault: true } }
    const message = refusalOf(
      await api.POST('/v1/projects/{projectId}/databases', second),
      400,
      'client-error',
    )
    assert.equal(message, 'Default database already exists')
    const onDefault = { params: { path: { databaseId: database?.id ?? '' } } }
    const refused = await api.DELETE('/v1/databases/{databaseId}', onDefault)
    assert.equal(refusalOf(refused, 403, 'permission-denied'), 'Cannot delete the default environment')
    const inherits = { params, body: { region: 'inherit', name: 'side' } } as const
    const side = bodyOf(await api.POST('/v1/projects/{projectId}/databases', inherits), 201).data
    assert.deepEqual([side.isDefault, side.region.id], [false, 'us-east-1'])
    assert.ok(side.connectionString)
    assertDone(await api.DELETE('/v1/projects/{id}', { params: { path: { id: project.id } } }))
  })

  test('connections: made by both calls, listed by both, rotated, deleted', async () => {
    const { database, ...project } = bodyOf(await api.POST('/v1/projects', { body: {} }), 201).data
    const databaseId = database?.id ?? ''
    const params = { path: { databaseId } }
    const nested = '/v1/databases/{databaseId}/connections'
    const first = bodyOf(await api.POST(nested, { params, body: { name: 'same' } }), 200).data
    const flat = { body: { databaseId, name: 'same' } }
    const second = bodyOf(await api.POST('/v1/connections', flat), 201).data
    assert.notEqual(first.id, second.id)
    for (const { connectionString } of [first, second]) {
      assert.equal(await loginFault(connectionString), 'connected')
    }
    const listed = bodyOf(await api.GET(nested, { params }), 200).data
    const ids = listed.map(({ id }) => id)
    assert.deepEqual(ids, [database?.defaultConnectionId, first.id, second.id])
    const byQuery = bodyOf(await api.GET('/v1/connections', { params: { query: { databaseId } } }), 200).data
    assert.deepEqual(byQuery, listed)
    assert.ok(!JSON.stringify(listed).includes('sk_'), 'no secrets')

    const onFirst = { params: { path: { id: first.id } } }
    assert.deepEqual(bodyOf(await api.GET('/v1/connections/{id}', onFirst), 200).data, listed[1])
    const rotated = bodyOf(await api.POST('/v1/connections/{id}/rotate', onFirst), 200).data
    assert.equal(rotated.id, first.id)
    assert.equal(await loginFault(rotated.connectionString), 'connected')
    assert.equal(await loginFault(first.connectionString), '28P01')
    assert.equal(await loginFault(second.connectionString), 'connected')

    for (const call of [
      await other.api.GET('/v1/connections/{id}', onFirst),
      await other.api.POST('/v1/connections/{id}/rotate', onFirst),
      await other.api.DELETE('/v1/connections/{id}', onFirst),
      await other.api.POST(nested, { params, body: { name: 'x' } }),
    ]) {
      refusalOf(call, 404, 'resource-not-found')
    }
    assertDone(await api.DELETE('/v1/connections/{id}', onFirst))
    refusalOf(await api.GET('/v1/connections/{id}', onFirst), 404, 'resource-not-found')
    assert.equal(await loginFault(rotated.connectionString), '28P01')
    assertDone(await api.DELETE('/v1/projects/{id}', { params: { path: { id: project.id } } }))
  })

  test('databases that are not there', async () => {
    for (const databaseId of [`db_${NOTHING}`, 'db_nonsense', 'x']) {
      const params = { path: { databaseId } }
      const answer = await api.GET('/v1/databases/{databaseId}', { params })
      assert.equal(refusalOf(answer, 404, 'resource-not-found'), `database with id ${databaseId} not found`)
    }
    const params = { path: { projectId: `proj_${NOTHING}` } }
    const body = { name: 'x' }
    const nested = await api.POST('/v1/projects/{projectId}/databases', { params, body })
    refusalOf(nested, 404, 'resource-not-found')
    const flat = await api.POST('/v1/databases', { body: { ...body, projectId: `proj_${NOTHING}` } })
    refusalOf(flat, 404, 'resource-not-found')
  })
}
