import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Task } from '@croft/protocol'
import { type ArchivedDatabase, createArchivedDatabase } from '../../../test/archived-database.ts'
import { codeOf } from '../../../test/oauth.ts'
import { createPlatform, createTestPostgres, type Platform } from '../../../test/platform.ts'
import { serving, until } from '../../../test/scripted-agent.ts'
import { newId } from '../../platform/ids/index.ts'
import { expireBackups } from '../backups/index.ts'
import { findDeployment } from '../deployments/index.ts'
import { runPlans, setScheduledBackup } from './index.ts'

type Made = Pick<ArchivedDatabase, 'platform' | 'id'>

const NEWEST = { sort: 'created_at', descending: true, limit: 5000, after: null }
const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000)
const run = ({ platform }: Made, now?: Date) => runPlans(platform.domain, 'job', now)

async function makeStore({ db, workspaces }: Platform, name = 'store'): Promise<string> {
  const id = newId()
  const config = { path: '/backups' }
  await db
    .insertInto('backup_targets')
    .values({ ...{ id, name, config, type: 'directory' }, workspace_id: workspaces[0].id })
    .execute()
  return id
}

async function plan({ platform, id }: Made, changes: object = {}) {
  const store = await platform.db.selectFrom('backup_targets').select('id').executeTakeFirstOrThrow()
  const wish = { type: 'adhoc', level: 'snapshot', schedule: undefined, jobHistoryLimit: undefined }
  return platform.domain.backupPlans.createPlan(platform.system, id, {
    ...{ ...wish, backupTargetId: store.id, localOnly: false },
    ...changes,
  })
}
const everyHour = (changes: object = {}) => ({ type: 'scheduled', schedule: '0 * * * *', ...changes })

const jobs = async ({ platform }: Made, planId: string) =>
  (await platform.domain.backupPlans.listPlanJobs(platform.system, planId)).map(
    ({ id, name, status, error }) => ({
      ...{ id, name, status, error: error?.message },
    }),
  )
const statuses = async (given: Made, planId: string) =>
  (await jobs(given, planId)).map(({ status }) => status)

/** Ends the backup that a job is of. */
async function finish(given: ArchivedDatabase, jobId: string, fails = false): Promise<void> {
  const task = await given.asked('backup', (each) => each.backupId === jobId)
  const at = new Date().toISOString()
  if (fails) {
    return given.report(task, {
      state: 'failed',
      fault: { code: 'internal', message: 'The disk is broken.' },
    })
  }
  await given.report(task, {
    state: 'done',
    backup: {
      ...{ key: `${given.instanceId}/${jobId}`, engine: 'postgres', version: '18', mark: 'm' },
      ...{ sizeBytes: 10, storedBytes: 5, startedAt: at, completedAt: at, skipped: false },
    },
  })
}

async function start(t: TestContext): Promise<ArchivedDatabase> {
  const given = await createArchivedDatabase(t, { CROFT_VERIFY_BACKUPS: 'off' })
  await makeStore(given.platform)
  return given
}

test('a schedule makes one job for each of its moments, and none while one goes on', async (t) => {
  const given = await start(t)
  const { id } = await plan(given, everyHour())
  await run(given)
  assert.deepEqual(await jobs(given, id), [], 'no moment of the schedule has come since')
  await Promise.all([run(given, soon(60)), run(given, soon(60)), run(given, soon(60))])
  const [first, ...none] = await jobs(given, id)
  assert.ok(first)
  assert.deepEqual(none, [])
  const minute = Math.floor(soon(60).setUTCMinutes(0, 0, 0) / 60_000)
  assert.match(first.name, new RegExp(`^backup-${id}-${minute}$`))
  // The server was away for hours, and the backup takes long.
  await run(given, soon(60 * 5))
  assert.deepEqual(await statuses(given, id), ['Active'])
  await finish(given, first.id)
  await run(given, soon(60 * 5))
  assert.deepEqual(await statuses(given, id), ['Active', 'Succeeded'], 'what was missed is made up for once')
  const [second] = await jobs(given, id)
  await finish(given, second?.id ?? '', true)
  assert.equal((await jobs(given, id))[0]?.error, 'The disk is broken.')
})

test('the newest of a plan are kept, and nothing else removes them', async (t) => {
  const given = await start(t)
  const { platform } = given
  const { id } = await plan(given, everyHour({ jobHistoryLimit: 2 }))
  const made: string[] = []
  for (const hour of [1, 2, 3, 4]) {
    await run(given, soon(60 * hour))
    const [newest] = await jobs(given, id)
    assert.ok(newest)
    made.unshift(newest.id)
    await finish(given, newest.id, hour === 2)
  }
  await run(given, soon(60 * 4))
  assert.deepEqual(
    (await jobs(given, id)).map((job) => job.id),
    made.slice(0, 2),
    'the failed one is older than two that succeeded',
  )
  await given.asked('delete-backup', (task) => task.backupId === made[3])
  await platform.db
    .updateTable('backups')
    .set({ completed_at: new Date('2020-01-01T00:00:00Z') })
    .where('state', '=', 'completed')
    .execute()
  assert.equal(await expireBackups(platform.domain), 0)
  await platform.domain.backupPlans.updatePlan(platform.system, id, { jobHistoryLimit: 1 })
  await run(given, soon(60 * 4))
  assert.equal((await jobs(given, id)).length, 1)
})

test('backups of a database wait for each other; a plan is gone with the last of what it made', async (t) => {
  const given = await start(t)
  const { platform } = given
  const { backupPlans } = platform.domain
  const [one, two] = [await plan(given), await plan(given)]
  assert.deepEqual([one.state, two.state], ['pending', 'pending'])
  const [first] = await jobs(given, one.id)
  const [second] = await jobs(given, two.id)
  assert.ok(first && second)
  assert.deepEqual([first.status, second.status], ['Active', 'Active'])
  assert.equal((await platform.db.selectFrom('backups').select('id').execute()).length, 1)
  await run(given)
  assert.equal((await platform.db.selectFrom('backups').select('id').execute()).length, 1)
  await finish(given, first.id)
  await run(given)
  await finish(given, second.id)
  assert.deepEqual(await statuses(given, two.id), ['Succeeded'])
  assert.equal((await backupPlans.getPlan(platform.system, two.id)).state, 'created')

  await backupPlans.deletePlan(platform.system, one.id, { localOnly: false })
  await run(given)
  assert.equal((await backupPlans.getPlan(platform.system, one.id)).id, one.id)
  assert.deepEqual(await jobs(given, one.id), [])
  await given.report(await given.asked('delete-backup'), { state: 'done' })
  await run(given)
  assert.equal(await codeOf(backupPlans.getPlan(platform.system, one.id)), 'backup-not-found')
  assert.equal((await backupPlans.getJob(platform.system, second.id)).status, 'Succeeded')
})

test('one that is deleted while it is made goes once it is made', async (t) => {
  const given = await start(t)
  const { backupPlans } = given.platform.domain
  const { id } = await plan(given)
  const [job] = await jobs(given, id)
  assert.ok(job)
  await given.asked('backup')
  await backupPlans.deleteJob(given.platform.system, job.id)
  await run(given)
  assert.deepEqual(await jobs(given, id), [])
  await finish(given, job.id)
  await run(given)
  await given.asked('delete-backup', (task) => task.backupId === job.id)
})

test('a job whose deployment is deleted before its turn fails', async (t) => {
  const given = await start(t)
  const { platform } = given
  await plan(given)
  const { id } = await plan(given)
  const [job] = await jobs(given, id)
  await platform.db.updateTable('databases').set({ state: 'deleting', deleted_at: new Date() }).execute()
  await run(given)
  const ended = await platform.domain.backupPlans.getJob(platform.system, job?.id ?? '')
  assert.deepEqual([ended.status, ended.error?.code], ['Failed', 'JobFailed'])
  assert.match(ended.error?.message ?? '', /deleted/)
})

test('a policy makes a plan of each of its schedules, and another one suspends them', async (t) => {
  const given = await start(t)
  const { platform, id } = given
  const { db, system, workspaces } = platform
  const deployment = async () => (await findDeployment(db, id)) ?? assert.fail()
  await platform.domain.deployments.getDeployment(system, id)
  const [store, other] = [
    await db.selectFrom('backup_targets').select('id').executeTakeFirstOrThrow(),
    { id: await makeStore(platform, 'other') },
  ]
  const { id: policyId } = await platform.domain.backupPolicies.createPolicy(system, {
    ...{ workspaceId: workspaces[0].id, name: 'policy' },
    schedules: [
      { type: 'full', schedule: '0 3 * * *', retention_count: 2 },
      { type: 'incremental', schedule: '0 * * * *', retention_count: 9 },
    ],
  })
  const set = async (targetId: string | null) =>
    setScheduledBackup(db, system, await deployment(), targetId === null ? null : { policyId, targetId })
  const plans = () =>
    db.selectFrom('backup_plans').select(['backup_target_id', 'level', 'suspended']).orderBy('id').execute()
  await set(store.id)
  await set(store.id)
  assert.deepEqual(
    (await plans()).map(({ level, suspended }) => [level, suspended]),
    [
      ['snapshot', false],
      ['incremental', false],
    ],
  )
  await set(other.id)
  assert.deepEqual(
    (await plans()).map(({ suspended }) => suspended),
    [true, true, false, false],
  )
  await set(null)
  assert.ok((await plans()).every(({ suspended }) => suspended))
  await run(given, soon(60 * 48))
  assert.equal((await db.selectFrom('backup_jobs').select('id').execute()).length, 0)
})

test('a backup in a directory is restored where it was made only', async (t) => {
  const given = await start(t)
  const { platform, projectId } = given
  const { db, system, workspaces } = platform
  const { id } = await plan(given)
  const [job] = await jobs(given, id)
  assert.ok(job)
  await finish(given, job.id)
  const agent = { hostname: 'far', agentVersion: '1', engines: [], gateways: [] }
  const far = { id: newId(), name: 'far', kind: 'host', regions: [], agent } as const
  await db
    .insertInto('targets')
    .values({ ...far, regions: [], join_token_hash: Buffer.alloc(32, 1) })
    .execute()
  const { items } = await platform.domain.deploymentTargets.listDeploymentTargets(
    ...([system, workspaces[0].id, {}, NEWEST] as const),
  )
  const restoreTo = async (name: string) => {
    const target = items.find((each) => each.name === name) ?? assert.fail(`no ${name}`)
    const namespace = await db
      .selectFrom('namespaces')
      .select('id')
      .where('deployment_target_id', '=', target.id)
      .executeTakeFirstOrThrow()
    const place = { deploymentTargetId: target.id, namespaceId: namespace.id }
    return platform.domain.backupPlans.startRestore(system, job.id, { ...place, name: 'copy' })
  }
  assert.equal(await codeOf(restoreTo('far')), 'restore-incompatible')
  const restore = await restoreTo('local')
  assert.deepEqual([restore.status, restore.projectId], ['Pending', projectId])
  const failed = { state: 'failed', state_message: 'The data is broken.' } as const
  await db.updateTable('databases').set(failed).where('id', '=', restore.deploymentId).execute()
  const { backupPlans } = platform.domain
  const ended = await backupPlans.getRestore(system, restore.id)
  assert.deepEqual([ended.status, ended.errorCode], ['Failed', 'PXCloudSnapRestoreFailed'])
  const again = await backupPlans.retryRestore(system, restore.id, {})
  assert.notEqual(again.deploymentId, restore.deploymentId)
  assert.equal(await codeOf(backupPlans.retryRestore(system, restore.id, {})), 'not-applicable')
  const { deleted_at } = await db
    .selectFrom('databases')
    .select('deleted_at')
    .where('id', '=', restore.deploymentId)
    .executeTakeFirstOrThrow()
  assert.ok(deleted_at, 'the failed one is removed')
})

test('many that are due at one time are all made, so many at a time as a host may', async (t) => {
  const most = 3
  const platform = await createPlatform(t, {
    ...{ CROFT_BACKUP_CONCURRENCY: String(most), CROFT_VERIFY_BACKUPS: 'off' },
  })
  const agent = await platform.agent({ behave: serving })
  await makeStore(platform)
  await platform.work()
  const made = await Promise.all(
    Array.from({ length: 12 }, (_, index) => createTestPostgres(platform, `app-${index}`)),
  )
  await platform.db.updateTable('databases').set({ state: 'ready', ready_at: new Date() }).execute()
  const plans: string[] = []
  for (const { id } of made) plans.push((await plan({ platform, id }, everyHour())).id)
  await runPlans(platform.domain, 'job', soon(60))

  const ended = new Set<string>()
  let atOnce = 0
  while (ended.size < plans.length) {
    const open = await until(() => {
      const tasks = [...agent.asked.values()].filter(
        (task): task is Extract<Task, { kind: 'backup' }> => task.kind === 'backup' && !ended.has(task.id),
      )
      return tasks.length > 0 ? tasks : undefined
    })
    atOnce = Math.max(atOnce, open.length)
    const [task] = open
    assert.ok(task)
    ended.add(task.id)
    const at = new Date().toISOString()
    const backup = {
      ...{ key: `k/${task.backupId}`, engine: 'postgres', version: '18', mark: 'm' },
      ...{ sizeBytes: 10, storedBytes: 5, startedAt: at, completedAt: at, skipped: false },
    }
    await agent.report({ tasks: [{ id: task.id, state: 'done', backup }] })
  }
  assert.equal(atOnce, most)
  for (const id of plans) {
    const [job] = await platform.domain.backupPlans.listPlanJobs(platform.system, id)
    assert.equal(job?.status, 'Succeeded')
  }
})
