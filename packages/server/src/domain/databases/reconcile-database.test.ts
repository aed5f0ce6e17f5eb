import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, connect as dial } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { DesiredInstance, GatewayAddress } from '@croft/protocol'
import {
  createPlatform,
  createTestPostgres,
  type Platform,
  reached,
  startGateway,
  stateOf,
} from '../../../test/platform.ts'
import { gone, type ScriptedAgent, serving, until } from '../../../test/scripted-agent.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { reconcileDatabase } from './reconcile-database.ts'

const fault = { code: 'disk-full', message: 'The disk is full.' }
const wish = (agent: ScriptedAgent, id: string, epoch = 1): Promise<DesiredInstance> =>
  until(() => {
    const wanted = agent.wanted.get(id)
    return wanted?.epoch === epoch ? wanted : undefined
  })

const eventsOf = async ({ db }: Platform, id: string) =>
  (await db.selectFrom('events').select('action').where('subject_id', '=', id).orderBy('id').execute()).map(
    (event) => event.action,
  )

/** A ready database with a completed backup of it. */
async function startReady(t: TestContext, gateway?: GatewayAddress) {
  const host = await startGateway(t)
  const platform = await createPlatform(t)
  await platform.work()
  const agent = await platform.agent({ gateway: gateway ?? host.gateway })
  const made = await createTestPostgres(platform)
  const wanted = await wish(agent, made.instanceId)
  await host.makeRoles(wanted)
  await agent.report({ observed: [serving(wanted)] })
  await reached(platform, made.id, 'ready')
  return { ...made, host, platform, agent }
}
type Ready = Awaited<ReturnType<typeof startReady>>

async function backUp({ platform, agent, id, instanceId }: Ready, call = platform.system): Promise<string> {
  const { id: backupId } = await platform.domain.backups.startBackup(call, id)
  const task = await until(() =>
    [...agent.asked.values()].find((each) => 'backupId' in each && each.backupId === backupId),
  )
  const at = new Date().toISOString()
  const backup = {
    ...{ key: `${instanceId}/${backupId}`, engine: 'postgres', version: '18', mark: 'm', skipped: false },
    ...{ sizeBytes: 10, storedBytes: 5, startedAt: at, completedAt: at },
  }
  await agent.report({ tasks: [{ id: task.id, state: 'done', backup }] })
  return backupId
}

const restore = async ({ platform, id }: Ready, backupId: string) =>
  platform.domain.databases.restoreDatabase(platform.system, id, { type: 'backup', databaseId: id, backupId })

const restoresOf = async ({ platform, id }: Ready) => {
  const page = { limit: 10, after: null }
  return (await platform.domain.backups.listRestores(platform.system, { databaseId: id, page })).items
}

test('a new database is ready only when a login through the gateway has succeeded', async (t) => {
  const host = await startGateway(t)
  const platform = await createPlatform(t)
  await platform.work()
  const agent = await platform.agent({ gateway: host.gateway })
  const { id, instanceId } = await createTestPostgres(platform)
  const wanted = await wish(agent, instanceId)
  await agent.report({ observed: [{ ...serving(wanted), status: 'creating', epoch: 0, revision: 0 }] })
  // The agent says that it serves, but there is no such role yet: the job is tried again.
  await agent.report({ observed: [serving(wanted)] })
  await until(async () => {
    const { rows } = await platform.pool.query(
      "select from graphile_worker.jobs where task_identifier = 'reconcile-database' and last_error is not null",
    )
    return rows.length > 0
  })
  assert.equal((await stateOf(platform, id)).state, 'provisioning')
  await host.makeRoles(wanted)
  await agent.report({ observed: [serving(wanted)] })
  await reached(platform, id, 'ready')
  assert.deepEqual(await eventsOf(platform, id), ['database.created', 'database.ready'])
})

test('what cannot be made has failed, with the reason, and can be deleted', async (t) => {
  const platform = await createPlatform(t)
  await platform.work()
  const agent = await platform.agent()
  const { id, instanceId, projectId } = await createTestPostgres(platform)
  const wanted = await wish(agent, instanceId)
  const failed = { ...serving(wanted), epoch: 0, status: 'failed', failedEpoch: { epoch: 1, fault } } as const
  await agent.report({ observed: [failed] })
  await reached(platform, id, 'failed')
  assert.equal((await stateOf(platform, id)).message, fault.message)
  const deleting = platform.domain.projects.deleteProject(platform.system, projectId)
  const absent = await until(() => {
    const now = agent.wanted.get(instanceId)
    return now?.presence === 'absent' ? now : undefined
  })
  await agent.report({ observed: [gone(absent)] })
  await deleting
  await reached(platform, id, 'deleted')
  assert.deepEqual((await eventsOf(platform, id)).slice(-2), ['database.deleted', 'database.removed'])
})

test('a restore ends with the new data', async (t) => {
  const given = await startReady(t)
  const { platform, agent, id, instanceId } = given
  const backupId = await backUp(given)
  const recovering = await restore(given, backupId)
  assert.equal(recovering.state, 'recovering')
  const wanted = await wish(agent, instanceId, 2)
  assert.equal(wanted.origin.type, 'backup')
  assert.equal(wanted.settledEpoch, 1)
  await agent.report({ observed: [serving({ ...wanted, epoch: 1 })] })
  await agent.report({ observed: [serving(wanted)] })
  await reached(platform, id, 'ready')
  const [last] = await restoresOf(given)
  assert.equal(last?.state, 'completed')
})

test('a restore that fails leaves the old data in service, and the next one has an epoch of its own', async (t) => {
  const given = await startReady(t)
  const { platform, agent, id, instanceId } = given
  const backupId = await backUp(given)
  await restore(given, backupId)
  const wanted = await wish(agent, instanceId, 2)
  const old = { ...serving({ ...wanted, epoch: 1 }), failedEpoch: { epoch: 2, fault } }
  await agent.report({ observed: [old] })
  await reached(platform, id, 'ready')
  assert.match((await stateOf(platform, id)).message ?? '', /last restore failed: The disk is full/)
  const [last] = await restoresOf(given)
  assert.deepEqual([last?.state, last?.error], ['failed', fault.message])
  await until(() => agent.wanted.get(instanceId)?.epoch === 1)
  await restore(given, backupId)
  await wish(agent, instanceId, 3)
})

test('a restore of lost data that fails does not pass older data off as it', async (t) => {
  const given = await startReady(t)
  const { platform, agent, id, instanceId } = given
  const backupId = await backUp(given)
  await restore(given, backupId)
  const second = await wish(agent, instanceId, 2)
  await agent.report({ observed: [serving(second)] })
  await reached(platform, id, 'ready')
  // The host's disk was put back to a state before the restore.
  const first = serving({ ...second, epoch: 1 })
  await agent.report({ observed: [{ ...first, failedEpoch: { epoch: 2, fault } }] })
  await reached(platform, id, 'failed')
  await restore(given, backupId)
  await wish(agent, instanceId, 3)
  await agent.report({ observed: [{ ...first, failedEpoch: { epoch: 3, fault } }] })
  await reached(platform, id, 'failed')
})

test('what could not be made is ready once its agent has made it after all', async (t) => {
  const host = await startGateway(t)
  const platform = await createPlatform(t)
  await platform.work()
  const agent = await platform.agent({ gateway: host.gateway })
  const { id, instanceId } = await createTestPostgres(platform)
  const wanted = await wish(agent, instanceId)
  assert.equal(wanted.settledEpoch, 0)
  await host.makeRoles(wanted)
  const failed = { ...serving(wanted), epoch: 0, status: 'failed', failedEpoch: { epoch: 1, fault } } as const
  await agent.report({ observed: [failed] })
  await reached(platform, id, 'failed')
  await agent.report({ observed: [serving(wanted)] })
  await reached(platform, id, 'ready')
  assert.equal((await stateOf(platform, id)).message, null)
})

test('a backup and a restore that are asked for again, since their answer was lost, are the same ones', async (t) => {
  const given = await startReady(t)
  const { platform, id, agent, instanceId } = given
  const call = { ...platform.system, resourceId: newId() }
  const { startBackup } = platform.domain.backups
  const backupId = await backUp(given, call)
  assert.equal((await startBackup(call, id)).id, backupId)
  const again = () =>
    platform.domain.databases.restoreDatabase(call, id, { type: 'backup', databaseId: id, backupId })
  await again()
  await agent.report({ observed: [serving(await wish(agent, instanceId, 2))] })
  await reached(platform, id, 'ready')
  assert.equal((await again()).state, 'ready')
})

test('a restore that fails where nothing serves leaves the database failed', async (t) => {
  const given = await startReady(t)
  const { platform, agent, id, instanceId } = given
  const backupId = await backUp(given)
  const wanted = await wish(agent, instanceId)
  const nothing = { ...serving(wanted), epoch: 0, status: 'failed' } as const
  await agent.report({ observed: [{ ...nothing, failedEpoch: { epoch: 1, fault } }] })
  await reached(platform, id, 'failed')
  await restore(given, backupId)
  await wish(agent, instanceId, 2)
  await agent.report({ observed: [{ ...nothing, failedEpoch: { epoch: 2, fault } }] })
  await reached(platform, id, 'failed')
  const [last] = await restoresOf(given)
  assert.equal(last?.state, 'failed')
  await restore(given, backupId)
  await agent.report({ observed: [serving(await wish(agent, instanceId, 3))] })
  await reached(platform, id, 'ready')
})

/** A gateway whose first connection after `hold` waits until it is let go. */
async function slowGateway(t: TestContext, to: GatewayAddress) {
  let held: { arrived: () => void; released: Promise<void> } | null = null
  const server = createServer(async (client) => {
    const mine = held
    held = null
    client.on('error', () => client.destroy())
    if (mine) {
      mine.arrived()
      await mine.released
    }
    const upstream = dial(to.port, to.host)
    upstream.on('error', () => client.destroy())
    client.pipe(upstream).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    gateway: { ...to, host: '127.0.0.1', port },
    hold() {
      const arrival = Promise.withResolvers<void>()
      const release = Promise.withResolvers<void>()
      held = { arrived: arrival.resolve, released: release.promise }
      return { arrived: arrival.promise, release: release.resolve }
    },
  }
}

test('a job that was slow does not take the next restore for the last one', async (t) => {
  const host = await startGateway(t)
  const slow = await slowGateway(t, host.gateway)
  const platform = await createPlatform(t)
  const agent = await platform.agent({ gateway: slow.gateway })
  const made = await createTestPostgres(platform)
  const given = { ...made, host, platform, agent }
  const { id, instanceId } = made
  const reconcile = (job: string) => reconcileDatabase(platform.domain, id, job)
  const first = await wish(agent, instanceId)
  await host.makeRoles(first)
  await agent.report({ observed: [serving(first)] })
  await reconcile('1')
  const backupId = await backUp(given)

  await restore(given, backupId)
  await agent.report({ observed: [serving(await wish(agent, instanceId, 2))] })
  const { arrived, release } = slow.hold()
  const late = reconcile('2')
  await arrived
  await reconcile('3')
  assert.equal((await stateOf(platform, id)).state, 'ready')
  await restore(given, backupId)
  release()
  await late
  assert.equal((await stateOf(platform, id)).state, 'recovering')
})

test('two servers that reconcile at once write one event', async (t) => {
  const host = await startGateway(t)
  const platform = await createPlatform(t)
  const other = await platform.another()
  const agent = await platform.agent({ gateway: host.gateway }, other)
  const { id, instanceId } = await createTestPostgres(platform)
  const wanted = await wish(agent, instanceId)
  await host.makeRoles(wanted)
  await agent.report({ observed: [serving(wanted)] })
  await Promise.all([reconcileDatabase(platform.domain, id, '1'), reconcileDatabase(other, id, '2')])
  assert.deepEqual(await eventsOf(platform, id), ['database.created', 'database.ready'])
})

test('a backup that a restore reads is not expired meanwhile', async (t) => {
  const given = await startReady(t)
  const { platform, agent, id, instanceId } = given
  const backupId = await backUp(given)
  await backUp(given)
  const { expireBackups } = await import('../backups/index.ts')
  // Both past their retention, of which the newer one is the beginning; and no check of them is under way.
  await platform.db
    .updateTable('backups')
    .set({ completed_at: new Date('2020-01-01'), verification: 'none', verification_task_id: null })
    .execute()
  await restore(given, backupId)
  assert.equal(await expireBackups(platform.domain), 0)
  await agent.report({ observed: [serving(await wish(agent, instanceId, 2))] })
  await reached(platform, id, 'ready')
  assert.equal(await expireBackups(platform.domain), 1)
})
