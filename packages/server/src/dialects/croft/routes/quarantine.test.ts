import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createCroftApp } from '../../../../test/croft-app.ts'
import { REGIONS } from '../../../domain/targets/index.ts'
import { encodeBase36, newId } from '../../../platform/ids/index.ts'

/** A database in a project of the first workspace, and somebody who works there. */
async function prepare(t: TestContext) {
  const given = await createCroftApp(t)
  const now = new Date()
  await given.db
    .insertInto('targets')
    .values({
      ...{ id: newId(), name: 'local', kind: 'host', join_token_hash: Buffer.alloc(32) },
      regions: REGIONS.map(({ id }) => id),
      ...{ connected_at: now, last_seen_at: now },
      agent: {
        hostname: 'test',
        agentVersion: '0',
        engines: [{ engine: 'postgres', version: '18', installed: true }],
        gateways: [{ engine: 'postgres', host: '127.0.0.1', port: 7432, sslmode: 'disable' }],
      },
    })
    .execute()
  const project = await given.domain.projects.createProject(given.system, {
    workspaceId: given.acme.id,
    name: 'shop',
    database: false,
  })
  const projectId = project.project.id
  const { body } = await given.call('POST', '/databases', { name: 'orders', projectId })
  await given.db.updateTable('databases').set({ state: 'ready' }).execute()
  const editor = await given.userOf('eve@example.com', 'workspace-editor', 'workspace', given.acme.id)
  // The agent of this host says nothing, so nobody need wait for it.
  await given.db.updateTable('instances').set({ observed_revision: 1_000_000 }).execute()
  return { ...given, id: String(body.id), editor: editor.token }
}

test('who works there may quarantine and finds it deleted; who administers finds it and brings it back', async (t) => {
  const { call, id, editor, stranger } = await prepare(t)
  const path = `/databases/${id}`
  assert.equal((await call('POST', `${path}/quarantine`, undefined, stranger.token)).status, 404)
  const put = await call('POST', `${path}/quarantine`, undefined, editor)
  assert.equal(put.status, 200)
  assert.ok(Date.parse(put.body.quarantinedAt) > 0)
  const idsFor = async (as: string | undefined, query = '') => {
    const { body } = await call('GET', `/databases${query}`, undefined, as)
    return body.data.map((row: { id: string }) => row.id)
  }
  for (const as of [editor, undefined]) assert.deepEqual(await idsFor(as), [])
  assert.deepEqual(await idsFor(editor, '?quarantined=true'), [])
  assert.deepEqual(await idsFor(undefined, '?quarantined=true'), [id])
  for (const [method, suffix] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/quarantine'],
    ['DELETE', '/quarantine'],
    ['GET', '/credentials'],
  ] as const) {
    const { status, code } = await call(method, path + suffix, undefined, editor)
    assert.deepEqual([status, code], [404, 'database-not-found'], `${method} ${suffix}`)
  }
  assert.equal((await call('GET', path)).body.quarantinedAt, put.body.quarantinedAt)
  const credentials = (await call('GET', `${path}/credentials`)).body.data
  assert.equal(credentials.length, 1)
  assert.equal((await call('PATCH', path, { name: 'x' })).code, 'database-not-found')
  const released = await call('DELETE', `${path}/quarantine`)
  assert.deepEqual([released.status, released.body.quarantinedAt], [200, null])
  assert.deepEqual(await idsFor(editor), [id])
})

test('in the API of Prisma it is not there, for nobody', async (t) => {
  const { call, id, send } = await prepare(t)
  const prisma = `/v1/databases/db_${encodeBase36(id)}`
  assert.equal((await send('GET', prisma)).status, 200)
  await call('POST', `/databases/${id}/quarantine`)
  for (const path of [prisma, `${prisma}/connections`, `${prisma}/backups`, `${prisma}/usage`]) {
    assert.equal((await send('GET', path)).status, 404, path)
  }
  for (const path of ['/v1/databases', '/v1/connections']) {
    assert.deepEqual((await send('GET', path)).body.data, [], path)
  }
  assert.equal((await send('DELETE', prisma)).status, 404)
  assert.equal((await call('DELETE', `/databases/${id}`)).status, 204)
})

test('plans and environments are read by everybody and written by administrators of the platform', async (t) => {
  const { call, root, editor, db } = await prepare(t)
  await db.insertInto('engines').values({ id: newId(), name: 'postgres' }).execute()
  const here = { name: 'qa', region: 'us-east-1', namespace: 'qa' }
  assert.equal((await call('POST', '/environments', here)).code, 'forbidden')
  const environment = await call('POST', '/environments', here, root.token)
  assert.equal(environment.status, 201)
  const tiny = { name: 'tiny', engine: 'postgres', size: 'nano', environmentIds: [environment.body.id] }
  assert.equal((await call('POST', '/plans', tiny)).code, 'forbidden')
  const plan = await call('POST', '/plans', tiny, root.token)
  assert.equal(plan.status, 201)
  assert.deepEqual((await call('GET', `/plans/${plan.body.id}`, undefined, editor)).body, plan.body)
  assert.deepEqual((await call('GET', '/plans', undefined, editor)).body.data, [plan.body])
  assert.equal((await call('GET', '/environments', undefined, editor)).body.data.length, 3)
  const at = `/environments/${environment.body.id}`
  assert.equal((await call('PATCH', at, { namespace: 'No!' }, root.token)).code, 'invalid-input')
  assert.equal((await call('PATCH', at, { namespace: 'yes' }, root.token)).body.namespace, 'yes')
  const named = { environmentIds: ['nonsense'] }
  assert.equal(
    (await call('PATCH', `/plans/${plan.body.id}`, named, root.token)).code,
    'environment-not-found',
  )
  assert.equal((await call('DELETE', `/plans/${plan.body.id}`, undefined, root.token)).status, 204)
  assert.equal((await call('DELETE', at, undefined, root.token)).status, 204)
  assert.equal((await call('GET', at)).code, 'environment-not-found')
})
