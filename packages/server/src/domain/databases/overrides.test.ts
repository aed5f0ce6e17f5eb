import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPlatform } from '../../../test/platform.ts'
import { until } from '../../../test/scripted-agent.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { DatabaseOverrides } from './entities.ts'

const notApplicable = (fields: readonly string[]) => (error: unknown) => {
  assert.ok(error instanceof CroftError, String(error))
  assert.equal(error.code, 'not-applicable')
  assert.deepEqual(
    error.fields?.map(({ path }) => path),
    fields,
  )
  return true
}

async function setUp(t: Parameters<typeof createPlatform>[0]) {
  const platform = await createPlatform(t)
  const agent = await platform.agent()
  const { domain, system, workspaces } = platform
  const { project } = await domain.projects.createProject(system, {
    ...{ workspaceId: workspaces[0].id, database: false },
  })
  const create = (overrides: DatabaseOverrides, more: object = {}) =>
    domain.databases.createDatabase(system, { projectId: project.id, overrides, ...more })
  return { ...platform, agent, create }
}

test('what was chosen for a database reaches its agent, and changes do', async (t) => {
  const { agent, create, domain, system } = await setUp(t)
  const chosen = { memoryMb: 512, cpus: 0.5, storageBytes: 1e9, settings: { work_mem: '3MB' } }
  const { database } = await create(chosen, { tlsRequired: true, namespace: 'n' })
  assert.deepEqual(database.overrides, chosen)
  await until(() => agent.wanted.size === 1)
  const [wanted] = agent.wanted.values()
  assert.deepEqual(
    [wanted?.resources.memoryMb, wanted?.resources.cpus, wanted?.resources.storageBytes],
    [512, 0.5, 1e9],
  )
  assert.equal(wanted?.resources.settings.work_mem, '3MB')
  assert.equal(wanted?.resources.settings.shared_buffers, '16MB')
  assert.deepEqual([wanted?.tlsRequired, wanted?.namespace], [true, 'n'])
  assert.equal(database.address?.sslmode, 'require')

  const changed = await domain.databases.updateDatabase(system, database.id, {
    ...{ overrides: { cpus: null, settings: { jit: 'on', max_connections: '40' } }, tlsRequired: false },
  })
  assert.deepEqual(changed.overrides, {
    ...{ memoryMb: 512, storageBytes: 1e9, settings: { jit: 'on', max_connections: '40' } },
  })
  await until(() => agent.wanted.get(wanted?.id ?? '')?.resources.settings.jit === 'on')
  const now = agent.wanted.get(wanted?.id ?? '')
  assert.deepEqual([now?.connectionLimit, now?.tlsRequired, now?.resources.cpus], [30, undefined, undefined])
  assert.equal(now?.resources.settings.work_mem, '2MB')

  const revision = now?.revision
  await domain.databases.updateDatabase(system, database.id, { overrides: { memoryMb: 512 } })
  assert.equal(agent.wanted.get(wanted?.id ?? '')?.revision, revision, 'what is the same is no news')
})

test('what does not fit is refused with every fault, and changes nothing', async (t) => {
  const { create, domain, system, db } = await setUp(t)
  const settings = { shared_buffers: '1GB', fsync: 'off', jit: 'perhaps' }
  const paths = Object.keys(settings).map((name) => `/overrides/settings/${name}`)
  await assert.rejects(create({ settings }), notApplicable(paths))
  await assert.rejects(
    create({ memoryMb: 1, storageBytes: 5 }),
    notApplicable(['/overrides/memoryMb', '/overrides/storageBytes']),
  )
  assert.equal((await db.selectFrom('databases').select('id').execute()).length, 0)
  const { database } = await create({ memoryMb: 2048, settings: { shared_buffers: '1GB' } })
  const change = (overrides: object) => domain.databases.updateDatabase(system, database.id, { overrides })
  await assert.rejects(change({ memoryMb: null }), notApplicable(['/overrides/settings/shared_buffers']))
  assert.deepEqual((await change({ settings: {} })).overrides, { memoryMb: 2048 })
})
