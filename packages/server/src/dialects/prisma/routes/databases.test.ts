import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrismaApp } from '../../../../test/prisma-app.ts'
import { createProject, dataOf, errorOf, makeGone, makeReady, send } from '../../../../test/prisma-request.ts'
import { newId } from '../../../platform/ids/index.ts'
import { showId } from '../ids.ts'

test('the default database: a second is refused, and it goes only with its project', async (t) => {
  const given = await createPrismaApp(t)
  const project = await createProject(given)
  const path = `/v1/projects/${project.id}/databases`
  const second = await send(given, 'POST', path, { body: { isDefault: true } })
  assert.deepEqual([second.status, errorOf(second).message], [400, 'Default database already exists'])
  const undeletable = await send(given, 'DELETE', `/v1/databases/${project.database.id}`)
  assert.deepEqual(
    [undeletable.status, errorOf(undeletable).message],
    [403, 'Cannot delete the default environment'],
  )
})

test('databases on branches, by the newer route', async (t) => {
  const given = await createPrismaApp(t)
  const project = await createProject(given)
  await send(given, 'POST', `/v1/projects/${project.id}/branches`, { body: { gitName: 'main' } })
  const body = { projectId: project.id, name: 'side', source: { type: 'empty' }, branchGitName: 'feature' }
  const answer = await send(given, 'POST', '/v1/databases', { body: { ...body, region: 'inherit' } })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  const database = dataOf<{ id: string; branchId: string; logicalId: null; apiKeys?: object }>(answer)
  assert.equal(database.apiKeys, undefined)
  const branch = dataOf<{ gitName: string; role: string }>(
    await send(given, 'GET', `/v1/branches/${database.branchId}`),
  )
  assert.equal(branch.gitName, 'feature')
  const found = await send(given, 'GET', `/v1/databases?branchGitName=feature&projectId=${project.id}`)
  assert.deepEqual(
    dataOf<{ id: string }[]>(found).map(({ id }) => id),
    [database.id],
  )
  const inUse = await send(given, 'DELETE', `/v1/branches/${database.branchId}`)
  assert.deepEqual([inUse.status, errorOf(inUse).code], [409, 'conflict'])
  const both = await send(given, 'POST', '/v1/databases', { body: { ...body, branchId: database.branchId } })
  assert.equal(both.status, 400)
  const logical = await send(given, 'PATCH', `/v1/databases/${database.id}`, {
    body: { logicalId: 'orders', name: 'o' },
  })
  assert.deepEqual([logical.status, dataOf<{ logicalId: string }>(logical).logicalId], [200, 'orders'])
  await makeGone(given)
  assert.equal((await send(given, 'DELETE', `/v1/databases/${database.id}`)).status, 204)
  assert.equal((await send(given, 'GET', `/v1/databases/${database.id}`)).status, 404)
})

test('regions, usage and backups have the shapes of the API', async (t) => {
  const given = await createPrismaApp(t)
  const { database } = await createProject(given)
  const regions = dataOf<{ status: string }[]>(await send(given, 'GET', '/v1/regions/postgres'))
  assert.deepEqual(
    regions.map(({ status }) => status),
    Array(6).fill('available'),
  )
  assert.equal(dataOf<object[]>(await send(given, 'GET', '/v1/regions?product=accelerate')).length, 6)
  assert.equal(dataOf<object[]>(await send(given, 'GET', '/v1/regions')).length, 12)
  assert.equal((await send(given, 'GET', '/v1/regions?product=x')).status, 400)
  const usage = await send(given, 'GET', `/v1/databases/${database.id}/usage`)
  assert.deepEqual(Object.keys(usage.body as object), ['period', 'metrics', 'generatedAt'])
  assert.equal((await send(given, 'GET', `/v1/databases/${database.id}/usage?startDate=x`)).status, 400)
  const backups = await send(given, 'GET', `/v1/databases/${database.id}/backups`)
  assert.deepEqual(backups.body, {
    data: [],
    meta: { backupRetentionDays: 7 },
    pagination: { hasMore: false, limit: 25 },
  })
  for (const limit of [0, 101]) {
    assert.equal(
      (await send(given, 'GET', `/v1/databases/${database.id}/backups?limit=${limit}`)).status,
      422,
    )
  }
})

test('a restore into a database that is not ready, or from what is no backup, is refused', async (t) => {
  const given = await createPrismaApp(t)
  const { database } = await createProject(given)
  const source = { type: 'backup', databaseId: database.id, backupId: showId('backup', newId()) }
  const restore = (body: object) => send(given, 'POST', `/v1/databases/${database.id}/restore`, { body })
  assert.equal((await restore({ source: { type: 'database', databaseId: database.id } })).status, 422)
  assert.ok([404, 409].includes((await restore({ source })).status))
  await makeReady(given)
  const missing = await restore({ source })
  assert.deepEqual(
    [missing.status, errorOf(missing).message],
    [404, `backup with id ${source.backupId} not found`],
  )
})
