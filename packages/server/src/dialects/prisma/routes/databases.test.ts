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

test('Croft’s extension: databases are made of, and restored to, a moment', async (t) => {
  const given = await createPrismaApp(t)
  const { db } = given
  const project = await createProject(given)
  const { id } = project.database
  await makeReady(given)
  const from = new Date(Date.now() - 3_600_000)
  const instance = await db.selectFrom('instances').select('id').executeTakeFirstOrThrow()
  await db
    .insertInto('archive_chains')
    .values({
      ...{ instance_id: instance.id, chain: 'c1', epoch: 1, encrypted: true, started_at: from },
      ...{
        start_lsn: '0/1',
        base_key: 'templates/1',
        state: 'streaming',
        archived_at: new Date(),
        lag_bytes: 0,
      },
    })
    .execute()
  const at = new Date(Date.now() - 60_000).toISOString()
  const source = { type: 'database', databaseId: id, at }
  const inProject = `/v1/projects/${project.id}/databases`
  for (const [path, body] of [
    [inProject, { source }],
    ['/v1/databases', { projectId: project.id, source }],
  ] as const) {
    const answer = await send(given, 'POST', path, { body })
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    assert.deepEqual(dataOf<{ source: object }>(answer).source, { type: 'database', databaseId: id })
    for (const bad of ['yesterday', '2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z']) {
      const refused = await send(given, 'POST', path, { body: { ...body, source: { ...source, at: bad } } })
      assert.deepEqual([refused.status, errorOf(refused).code], [400, 'client-error'], bad)
    }
    const missing = { ...body, source: { ...source, databaseId: showId('database', newId()) } }
    assert.equal((await send(given, 'POST', path, { body: missing })).status, 404)
  }
  const restore = (body: object) => send(given, 'POST', `/v1/databases/${id}/restore`, { body })
  const outside = await restore({ source: { type: 'database', at: '2020-01-01T00:00:00Z' } })
  assert.deepEqual([outside.status, errorOf(outside).code], [422, 'validation-error'])
  assert.match(errorOf(outside).message, new RegExp(`earliest moment, ${from.toISOString()}`))
  for (const own of [{ type: 'database', at }, source]) {
    const restored = await restore({ source: own })
    assert.equal(restored.status, 200, JSON.stringify(restored.body))
    const { status, source: shown } = dataOf<{ status: string; source: object }>(restored)
    assert.deepEqual([status, shown], ['recovering', { type: 'database', databaseId: id }])
    await db.updateTable('databases').set({ state: 'ready' }).execute()
  }
  const shown = await send(given, 'GET', `/v1/databases/${id}`)
  assert.deepEqual(dataOf<{ source: object }>(shown).source, { type: 'database', databaseId: id })
})

test('a backup that failed its verification is a failed one to clients that know of none', async (t) => {
  const given = await createPrismaApp(t)
  const { database } = await createProject(given)
  const instance = await given.db.selectFrom('instances').selectAll().executeTakeFirstOrThrow()
  const backup = { database_id: instance.database_id, instance_id: instance.id, trigger: 'manual' } as const
  const target = { type: 'directory', path: null } as const
  const add = (verification: 'passed' | 'failed') =>
    given.db
      .insertInto('backups')
      .values({
        ...{ ...backup, id: newId(), target, state: 'completed', key: 'k', version: '18' },
        ...{ verification, found_bad: verification === 'failed' },
      })
      .execute()
  await add('failed')
  await add('passed')
  await makeReady(given)
  const path = `/v1/databases/${database.id}`
  const listed = dataOf<{ id: string; status: string }[]>(await send(given, 'GET', `${path}/backups`))
  assert.deepEqual(
    listed.map(({ status }) => status),
    ['completed', 'failed'],
  )
  const source = { type: 'backup', databaseId: database.id, backupId: listed[1]?.id }
  const refused = await send(given, 'POST', `${path}/restore`, { body: { source } })
  assert.deepEqual([refused.status, errorOf(refused).code], [422, 'validation-error'])
  const forced = await send(given, 'POST', `${path}/restore`, {
    body: { source: { ...source, force: true } },
  })
  assert.equal(forced.status, 422)
})
