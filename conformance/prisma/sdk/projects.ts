import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDone, bodyOf, refusalOf } from '../../harness/management-api.ts'
import { loginFault, query } from '../../harness/query.ts'
import { waitUntil } from '../../harness/wait-until.ts'
import { NOTHING, type Sdk } from './setup.ts'

export function projectTests({ api, other, workspaceId }: Sdk): void {
  test('a project with a database that answers at once', async () => {
    const answer = await api.POST('/v1/projects', { body: { name: 'Shop', region: 'eu-west-3' } })
    const { database, ...project } = bodyOf(answer, 201).data
    assert.ok(database)
    assert.equal(database.status, 'ready')
    assert.equal(database.isDefault, true)
    assert.equal(database.region.id, 'eu-west-3')
    assert.equal(project.defaultRegion, 'eu-west-3')
    assert.equal(project.workspace.id, workspaceId)
    const [connection] = database.connections
    assert.equal(connection?.name, 'Default')
    assert.equal(connection.id, database.defaultConnectionId)
    const { direct, pooled } = connection.endpoints
    assert.ok(direct?.connectionString)
    // What clients from before January 2026 read, and Terraform's provider still does.
    assert.equal(database.connectionString, direct.connectionString)
    assert.equal(database.apiKeys[0]?.connectionString, direct.connectionString)
    const parsed = new URL(direct.connectionString)
    assert.deepEqual(database.directConnection, {
      host: direct.host,
      user: parsed.username,
      pass: decodeURIComponent(parsed.password),
    })
    assert.equal(parsed.pathname, '/postgres')
    for (const text of [direct.connectionString, pooled?.connectionString]) {
      assert.deepEqual(await query(text ?? '', 'select current_database() as name'), [{ name: 'postgres' }])
    }

    const params = { path: { id: project.id } }
    assert.deepEqual(bodyOf(await api.GET('/v1/projects/{id}', { params }), 200).data, project)
    assertDone(await api.DELETE('/v1/projects/{id}', { params }))
    refusalOf(await api.GET('/v1/projects/{id}', { params }), 404, 'resource-not-found')
    const gone = { params: { path: { databaseId: database.id } } }
    refusalOf(await api.GET('/v1/databases/{databaseId}', gone), 404, 'resource-not-found')
    const closed = await waitUntil(
      () => loginFault(direct.connectionString ?? ''),
      (fault) => fault !== 'connected',
    )
    assert.equal(closed, '28P01')
  })

  test('a project without a database; renamed, found by its logical id, deleted', async () => {
    const body = { name: 'Bare', createDatabase: false, logicalId: 'stack/bare' }
    const { database, ...project } = bodyOf(await api.POST('/v1/projects', { body }), 201).data
    assert.equal(database, null)
    assert.equal(project.defaultRegion, null)
    refusalOf(await api.POST('/v1/projects', { body }), 409, 'conflict')
    const twin = bodyOf(await other.api.POST('/v1/projects', { body }), 201).data
    assert.equal(twin.workspace.id, other.workspaceId)

    const params = { path: { id: project.id } }
    const renamed = bodyOf(await api.PATCH('/v1/projects/{id}', { params, body: { name: 'Bär' } }), 200).data
    assert.deepEqual(renamed, { ...project, name: 'Bär' })
    const found = await api.GET('/v1/projects', { params: { query: { logicalId: 'stack/bare' } } })
    assert.deepEqual(bodyOf(found, 200).data, [renamed])

    // Its first database may still become the default one.
    const late = await api.POST('/v1/projects/{projectId}/databases', {
      params: { path: { projectId: project.id } },
      body: { isDefault: true, region: 'ap-southeast-1' },
    })
    assert.equal(bodyOf(late, 201).data.isDefault, true)
    const now = bodyOf(await api.GET('/v1/projects/{id}', { params }), 200).data
    assert.equal(now.defaultRegion, 'ap-southeast-1')
    for (const [client, id] of [
      [api, project.id],
      [other.api, twin.id],
    ] as const) {
      assertDone(await client.DELETE('/v1/projects/{id}', { params: { path: { id } } }))
    }
  })

  test('pages of projects', async () => {
    const made: string[] = []
    for (const name of ['p1', 'p2', 'p3']) {
      const body = { name, createDatabase: false }
      made.push(bodyOf(await api.POST('/v1/projects', { body }), 201).data.id)
    }
    const all = bodyOf(await api.GET('/v1/projects', { params: { query: { limit: 1000 } } }), 200)
    assert.equal(all.pagination.hasMore, false)
    const paged: string[] = []
    let cursor: string | null = null
    do {
      const query: { limit: number; cursor?: string } = cursor === null ? { limit: 2 } : { limit: 2, cursor }
      const page = bodyOf(await api.GET('/v1/projects', { params: { query } }), 200)
      assert.equal(page.pagination.hasMore, page.pagination.nextCursor !== null)
      paged.push(...page.data.map(({ id }) => id))
      cursor = page.pagination.nextCursor
    } while (cursor !== null)
    assert.deepEqual(
      paged,
      all.data.map(({ id }) => id),
    )
    for (const id of made) {
      assert.ok(paged.includes(id))
      assertDone(await api.DELETE('/v1/projects/{id}', { params: { path: { id } } }))
    }
  })

  test('branches: the first is the default, names are unique, members hold them', async () => {
    const project = bodyOf(await api.POST('/v1/projects', { body: { createDatabase: false } }), 201).data
    const params = { path: { projectId: project.id } }
    const branches = '/v1/projects/{projectId}/branches'
    const main = bodyOf(await api.POST(branches, { params, body: { gitName: 'main' } }), 201).data
    assert.deepEqual([main.isDefault, main.role], [true, 'production'])
    refusalOf(await api.POST(branches, { params, body: { gitName: 'main' } }), 409, 'conflict')
    const topic = bodyOf(await api.POST(branches, { params, body: { gitName: 'topic/a' } }), 201).data
    assert.deepEqual([topic.isDefault, topic.role], [false, 'preview'])

    const byName = { ...params, query: { gitName: 'topic/a' } }
    assert.deepEqual(bodyOf(await api.GET(branches, { params: byName }), 200).data, [topic])
    const byPart = { ...params, query: { gitNameContains: 'i' } }
    assert.equal(bodyOf(await api.GET(branches, { params: byPart }), 200).data.length, 2)
    const both = { ...params, query: { gitName: 'main', gitNameContains: 'm' } }
    refusalOf(await api.GET(branches, { params: both }), 422, 'validation-error')

    const body = { projectId: project.id, branchId: topic.id, name: 'on topic' }
    const database = bodyOf(await api.POST('/v1/databases', { body }), 201).data
    assert.equal(database.branchId, topic.id)
    const onTopic = { params: { path: { branchId: topic.id } } }
    refusalOf(await api.DELETE('/v1/branches/{branchId}', onTopic), 409, 'conflict')
    const onDatabase = { params: { path: { databaseId: database.id } } }
    const moved = await api.PATCH('/v1/databases/{databaseId}', {
      ...onDatabase,
      body: { branchGitName: 'main' },
    })
    assert.equal(bodyOf(moved, 200).data.branchId, main.id)
    const unsaid = { projectId: project.id, name: 'names none' }
    assert.equal(bodyOf(await api.POST('/v1/databases', { body: unsaid }), 201).data.branchId, main.id)
    assertDone(await api.DELETE('/v1/branches/{branchId}', onTopic))
    refusalOf(await api.GET('/v1/branches/{branchId}', onTopic), 404, 'resource-not-found')

    const onMain = { params: { path: { branchId: main.id } } }
    refusalOf(await api.DELETE('/v1/branches/{branchId}', onMain), 422, 'validation-error')
    const next = bodyOf(await api.POST(branches, { params, body: { gitName: 'next' } }), 201).data
    const onNext = { params: { path: { branchId: next.id } } }
    const made = await api.PATCH('/v1/branches/{branchId}', { ...onNext, body: { isDefault: true } })
    assert.equal(bodyOf(made, 200).data.isDefault, true)
    assert.equal(bodyOf(await api.GET('/v1/branches/{branchId}', onMain), 200).data.isDefault, false)
    refusalOf(await other.api.GET('/v1/branches/{branchId}', onMain), 404, 'resource-not-found')
    assertDone(await api.DELETE('/v1/projects/{id}', { params: { path: { id: project.id } } }))
  })

  test('a transfer to another workspace keeps the connection strings', async () => {
    const { database, ...project } = bodyOf(await api.POST('/v1/projects', { body: {} }), 201).data
    const connectionString = database?.connectionString ?? ''
    await query(connectionString, 'create table kept as select 1 as n')
    const params = { path: { id: project.id } }
    const bad = { params, body: { recipientAccessToken: 'x.y.z' } }
    refusalOf(await api.POST('/v1/projects/{id}/transfer', bad), 400, 'client-error')
    const body = { recipientAccessToken: other.token }
    assertDone(await api.POST('/v1/projects/{id}/transfer', { params, body }))
    refusalOf(await api.GET('/v1/projects/{id}', { params }), 404, 'resource-not-found')
    const theirs = bodyOf(await other.api.GET('/v1/projects/{id}', { params }), 200).data
    assert.equal(theirs.workspace.id, other.workspaceId)
    assert.deepEqual(await query(connectionString, 'select n from kept'), [{ n: 1 }])
    assertDone(await other.api.DELETE('/v1/projects/{id}', { params }))
  })

  test('projects that are not there', async () => {
    for (const id of [`proj_${NOTHING}`, 'proj_nonsense', 'x']) {
      const params = { path: { id } }
      const message = refusalOf(await api.GET('/v1/projects/{id}', { params }), 404, 'resource-not-found')
      assert.equal(message, `project with id ${id} not found`)
      refusalOf(await api.DELETE('/v1/projects/{id}', { params }), 404, 'resource-not-found')
    }
  })
}
