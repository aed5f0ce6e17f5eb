import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrismaApp, ORIGIN } from '../../../../test/prisma-app.ts'
import { createProject, dataOf, errorOf, makeGone, makeReady, send } from '../../../../test/prisma-request.ts'

test('a project comes with a default database in the old form and the new', async (t) => {
  const given = await createPrismaApp(t)
  const project = await createProject(given, { name: 'shop', region: 'eu-west-3' })
  assert.match(project.id, /^proj_[a-z0-9]{25}$/)
  const { database } = project
  const [connection] = database.connections
  const direct = connection?.endpoints.direct.connectionString
  assert.match(direct ?? '', /^postgres:\/\/[^:]+:[^@]+@127\.0\.0\.1:7432\/postgres\?sslmode=disable$/)
  assert.equal(database.connectionString, direct)
  assert.equal(database.apiKeys[0]?.connectionString, direct)
  assert.equal(direct?.includes(`${database.directConnection.user}:${database.directConnection.pass}`), true)
  assert.deepEqual(database.region, { id: 'eu-west-3', name: 'Europe (Paris)' })
  assert.deepEqual(
    [database.isDefault, database.status, database.defaultConnectionId],
    [true, 'provisioning', null],
  )

  await makeReady(given)
  const read = dataOf<{ status: string; defaultConnectionId: string; connections: object[]; url: string }>(
    await send(given, 'GET', `/v1/databases/${database.id}`),
  )
  assert.deepEqual([read.status, read.defaultConnectionId], ['ready', connection?.id])
  assert.equal(read.url, `${ORIGIN}/v1/databases/${database.id}`)
  assert.ok(!JSON.stringify(read).includes(database.directConnection.pass))
  const shown = dataOf<{ defaultRegion: string }>(await send(given, 'GET', `/v1/projects/${project.id}`))
  assert.equal(shown.defaultRegion, 'eu-west-3')
})

test('a project may be made without a database, a body or a content type', async (t) => {
  const given = await createPrismaApp(t)
  const without = await createProject(given, { createDatabase: false })
  assert.equal(without.database, null)
  assert.equal((await send(given, 'POST', '/v1/projects')).status, 201)
  const list = await send(given, 'GET', '/v1/projects')
  assert.equal(dataOf<object[]>(list).length, 2)
})

test('pages follow each other by cursor', async (t) => {
  const given = await createPrismaApp(t)
  for (const name of ['a', 'b', 'c']) await createProject(given, { name, createDatabase: false })
  interface Page {
    data: { name: string }[]
    pagination: { nextCursor: string | null; hasMore: boolean }
  }
  const first = (await send(given, 'GET', '/v1/projects?limit=2&cursor=null')).body as Page
  assert.deepEqual([first.data.map(({ name }) => name), first.pagination.hasMore], [['a', 'b'], true])
  const next = await send(given, 'GET', `/v1/projects?limit=1000000&cursor=${first.pagination.nextCursor}`)
  const { data, pagination } = next.body as Page
  assert.deepEqual(
    data.map(({ name }) => name),
    ['c'],
  )
  assert.deepEqual(pagination, { nextCursor: null, hasMore: false })
  for (const query of ['cursor=x', 'limit=0', 'limit=-1', 'limit=many', 'limit=1&limit=2']) {
    const answer = await send(given, 'GET', `/v1/projects?${query}`)
    assert.deepEqual([answer.status, errorOf(answer).code], [400, 'client-error'], query)
  }
})

test('transfer: to the workspace of the recipient’s token, and the giver no longer sees it', async (t) => {
  const given = await createPrismaApp(t)
  const { id } = await createProject(given, { createDatabase: false })
  const transfer = (recipientAccessToken: string) =>
    send(given, 'POST', `/v1/projects/${id}/transfer`, { body: { recipientAccessToken } })
  const bad = await transfer('nonsense')
  assert.deepEqual([bad.status, errorOf(bad).code], [400, 'client-error'])
  const moved = await transfer(given.otherToken)
  assert.deepEqual([moved.status, moved.body], [204, ''])
  assert.equal((await send(given, 'GET', `/v1/projects/${id}`)).status, 404)
  assert.equal((await send(given, 'GET', `/v1/projects/${id}`, { as: given.otherToken })).status, 200)
})

test('a project is deleted with its databases', async (t) => {
  const given = await createPrismaApp(t)
  const { id, database } = await createProject(given)
  await makeGone(given)
  assert.equal((await send(given, 'DELETE', `/v1/projects/${id}`)).status, 204)
  assert.equal((await send(given, 'GET', `/v1/databases/${database.id}`)).status, 404)
})
