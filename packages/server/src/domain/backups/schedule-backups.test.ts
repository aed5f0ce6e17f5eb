import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { type ArchivedDatabase, createArchivedDatabase } from '../../../test/archived-database.ts'
import { createTestPostgres } from '../../../test/platform.ts'
import { until } from '../../../test/scripted-agent.ts'
import { expireBackups } from './expire-backups.ts'
import { scheduleBackups } from './schedule-backups.ts'

const MB = 1024 * 1024

const backupsOf = async ({ platform, id }: ArchivedDatabase) =>
  platform.db
    .selectFrom('backups')
    .select(['id', 'trigger', 'state', 'kind', 'parent_id', 'encrypted'])
    .where('database_id', '=', id)
    .orderBy('id')
    .execute()

const run = ({ platform }: ArchivedDatabase, now?: Date) => scheduleBackups(platform.domain, 'job', now)

const setPolicy = async ({ platform, id }: ArchivedDatabase, changes: object) => {
  const { backups } = platform.domain
  await backups.setPolicy(platform.system, { ...(await backups.getPolicy(platform.system, id)), ...changes })
}

const finish = async (given: ArchivedDatabase) => {
  const running = (await backupsOf(given)).find(({ state }) => state === 'running')
  assert.ok(running)
  const task = await given.asked('backup', (each) => each.backupId === running.id)
  const at = new Date().toISOString()
  await given.report(task, {
    state: 'done',
    backup: {
      ...{ key: `${given.instanceId}/${running.id}`, engine: 'postgres', version: '18', mark: 'm' },
      ...{ sizeBytes: 1, storedBytes: 1, startedAt: at, completedAt: at, skipped: false },
    },
  })
  return task
}

async function start(t: TestContext) {
  const given = await createArchivedDatabase(t)
  await sql`update databases set created_at = '2026-01-01T12:00:00Z'`.execute(given.platform.db)
  return given
}

test('a backup that was missed is made once, and the next at its time', async (t) => {
  const given = await start(t)
  await run(given, new Date('2026-01-01T13:00:00Z'))
  assert.deepEqual(await backupsOf(given), [], 'no time of the schedule has come since it was made')
  // The server was away for days.
  await run(given, new Date('2026-01-08T10:00:00Z'))
  const first = await finish(given)
  assert.equal(first.unlessMark, undefined)
  await run(given, new Date('2026-01-08T10:01:00Z'))
  await run(given, new Date('2026-01-09T02:59:00Z'))
  assert.equal((await backupsOf(given)).length, 1)
  await run(given, new Date('2026-01-09T04:00:00Z'))
  assert.equal((await finish(given)).unlessMark, 'm', 'nothing is stored when nothing has changed')
  assert.deepEqual(
    (await backupsOf(given)).map(({ trigger }) => trigger),
    ['schedule', 'schedule'],
  )
})

test('a schedule of its own goes before the platform’s, and does not look back', async (t) => {
  const given = await start(t)
  await setPolicy(given, { schedule: '0 * * * *' })
  const now = new Date()
  await run(given, now)
  assert.equal((await backupsOf(given)).length, 0)
  await run(given, new Date(now.getTime() + 2 * 3_600_000))
  assert.equal((await backupsOf(given)).length, 1)
})

test('what lies elsewhere or was found broken does not count as unchanged', async (t) => {
  const given = await start(t)
  const day = (n: number) => new Date(Date.UTC(2026, 1, n, 12))
  await run(given, day(1))
  await finish(given)
  await setPolicy(given, { encryption: false })
  await run(given, day(2))
  const second = await finish(given)
  assert.deepEqual([second.unlessMark, second.encryptionKey], [undefined, undefined])
  await given.platform.db.updateTable('backups').set({ verification: 'failed', found_bad: true }).execute()
  await run(given, day(3))
  assert.equal((await finish(given)).unlessMark, undefined)
})

test('an archive that goes on from nothing gets a backup at once; after a failure, a while later', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, archive, asked, report } = given
  await platform.work()
  await archive({ chain: 'c2', baseKey: null })
  const task = await asked('backup')
  assert.equal(task.unlessMark, undefined)
  // Another look while it runs changes nothing.
  await archive({ chain: 'c2', baseKey: null })
  await run(given)
  await report(task, { state: 'failed', fault: { code: 'x', message: 'No.' } })
  await archive({ chain: 'c2', baseKey: null })
  await run(given)
  assert.deepEqual(
    (await backupsOf(given)).map(({ trigger, state }) => [trigger, state]),
    [['chain', 'failed']],
  )
  await platform.db
    .updateTable('backups')
    .set({ completed_at: new Date(Date.now() - 700_000) })
    .execute()
  await run(given)
  const again = await asked('backup', (each) => each.id !== task.id)
  const at = new Date().toISOString()
  const backup = {
    ...{ key: 'k', engine: 'postgres', version: '18', mark: 'm', skipped: false, chain: 'c2' },
    ...{ sizeBytes: 1, storedBytes: 1, startedAt: at, completedAt: at },
  }
  await report(again, { state: 'done', backup })
  await archive({ chain: 'c2', baseKey: null })
  await run(given)
  assert.equal((await backupsOf(given)).length, 2)
})

test('an archive whose backups fail their check gets others, with longer and longer pauses', async (t) => {
  const given = await createArchivedDatabase(t)
  const { archive, backUp, platform } = given
  await archive({ chain: 'c2', baseKey: null })
  const count = async () => (await backupsOf(given)).length
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)
  const isTriedAfter = async (minutes: number) => {
    await platform.db
      .updateTable('backups')
      .set({ verification: 'failed', found_bad: true, trigger: 'chain', verified_at: ago(minutes) })
      .execute()
    const before = await count()
    await run(given)
    const isTried = (await count()) > before
    await platform.db.deleteFrom('backups').where('state', '=', 'running').execute()
    await platform.db
      .updateTable('agent_tasks')
      .set({ state: 'failed', finished_at: new Date() })
      .where('finished_at', 'is', null)
      .execute()
    return isTried
  }
  for (const pause of [10, 20, 40]) {
    await backUp({ chain: 'c2' })
    assert.equal(await isTriedAfter(pause - 1), false, `after ${pause} minutes`)
    assert.equal(await isTriedAfter(pause + 1), true, `after ${pause} minutes`)
  }
  // Of those only the last is kept.
  assert.equal(await expireBackups(platform.domain), 2)
  for (let index = 0; index < 20; index++) await backUp({ chain: 'c2' })
  assert.deepEqual([await isTriedAfter(1439), await isTriedAfter(1441)], [false, true])
})

test('a backup that ended with no archive, or lies elsewhere, is no base', async (t) => {
  const given = await createArchivedDatabase(t)
  const { archive, platform, backUp, asked, report } = given
  const { db } = platform
  await archive({ chain: 'c1', baseKey: null })
  await run(given)
  const task = await asked('backup')
  const at = new Date().toISOString()
  await report(task, {
    state: 'done',
    backup: {
      ...{ key: 'k', engine: 'postgres', version: '18', mark: 'm', skipped: false },
      ...{ sizeBytes: 1, storedBytes: 1, startedAt: at, completedAt: at },
    },
  })
  await run(given)
  assert.equal((await backupsOf(given)).length, 1, 'not again at once')
  await db
    .updateTable('backups')
    .set({ completed_at: new Date(Date.now() - 700_000) })
    .execute()
  const id = await backUp({ chain: 'c1' })
  await run(given)
  assert.equal((await backupsOf(given)).length, 2)
  const elsewhere = await platform.domain.backupTargets.createBackupTarget(platform.system, {
    workspaceId: platform.workspaces[0].id,
    name: 'x',
    location: { type: 'directory', path: '/x' },
  })
  await db.updateTable('backups').set({ backup_target_id: elsewhere.id }).where('id', '=', id).execute()
  await run(given)
  assert.equal((await backupsOf(given)).length, 3)
})

test('an archive that follows soon after another gets its backup at once', async (t) => {
  const given = await createArchivedDatabase(t)
  const { archive, platform, backUp } = given
  await archive({ chain: 'c1', baseKey: null })
  await backUp()
  await platform.db.updateTable('backups').set({ trigger: 'chain' }).execute()
  await archive({ chain: 'c2', epoch: 2, baseKey: null })
  await run(given)
  assert.equal((await backupsOf(given)).length, 2)
})

test('only what has changed is stored where that pays', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, archive, asked, backUp } = given
  const parentOf = async (backupId: string) =>
    (await asked('backup', (task) => task.backupId === backupId)).parentKey
  const key = (backupId: string) => `${given.instanceId}/${backupId}`
  await archive()
  const small = await backUp({ sizeBytes: 200 * MB })
  assert.equal(await parentOf(small), undefined)
  const full = await backUp({ sizeBytes: 300 * MB })
  assert.equal(await parentOf(full), undefined, 'the one before is too small')
  const line = [full]
  for (let length = 1; length < 7; length++) {
    const parentKey = key(line.at(-1) ?? '')
    const next = await backUp({ sizeBytes: 300 * MB, kind: 'incremental', parentKey })
    assert.equal(await parentOf(next), parentKey)
    line.push(next)
  }
  const rows = new Map((await backupsOf(given)).map((row) => [row.id, row]))
  assert.deepEqual(
    line.map((each) => [rows.get(each)?.kind, rows.get(each)?.parent_id]),
    line.map((_, index) => (index === 0 ? ['full', null] : ['incremental', line[index - 1]])),
  )
  const long = await backUp({ sizeBytes: 300 * MB })
  assert.equal(await parentOf(long), undefined, 'the line is long enough')
  // The agent could not go on from the parent, and made a full one.
  const fellBack = await backUp({ sizeBytes: 300 * MB })
  assert.equal(await parentOf(fellBack), key(long))
  const [last] = (await backupsOf(given)).filter(({ id }) => id === fellBack)
  assert.deepEqual([last?.kind, last?.parent_id], ['full', null])

  await platform.db
    .updateTable('backups')
    .set({ verification: 'failed', found_bad: true })
    .where('id', '=', fellBack)
    .execute()
  assert.equal(await parentOf(await backUp({ sizeBytes: 300 * MB })), undefined, 'a broken one is no parent')
  await setPolicy(given, { incremental: 'off' })
  assert.equal(await parentOf(await backUp({ sizeBytes: 300 * MB })), undefined)
  await setPolicy(given, { incremental: 'auto' })
  await archive({ chain: 'c2', baseKey: null })
  assert.equal(await parentOf(await backUp({ chain: 'c2' })), undefined, 'nor is one of another archive')
})

test('a host gets so many backups at one time, what people ask for first', async (t) => {
  const given = await createArchivedDatabase(t, { CROFT_BACKUP_CONCURRENCY: '2' })
  const { platform, agent, asked, report } = given
  const { domain, system, db } = platform
  for (let index = 0; index < 4; index++) await createTestPostgres(platform, `db ${index}`)
  await sql`update databases set state = 'ready', created_at = '2026-01-01'`.execute(db)
  await run(given, new Date('2026-02-01T12:00:00Z'))
  const backups = () => [...agent.asked.values()].filter((task) => task.kind === 'backup')
  await until(() => backups().length >= 2)
  const manual = await createTestPostgres(platform, 'urgent')
  await db.updateTable('databases').set({ state: 'ready' }).where('id', '=', manual.id).execute()
  const urgent = await domain.backups.startBackup(system, manual.id)
  // A small task is not kept waiting.
  await domain.backupTargets.createBackupTarget(system, {
    workspaceId: platform.workspaces[0].id,
    name: 'x',
    location: { type: 'directory', path: '/x' },
  })
  await asked('probe-target')
  assert.equal(backups().length, 2)
  const ended = new Set<string>()
  const end = async (id: string) => {
    ended.add(id)
    await report({ id }, { state: 'failed', fault: { code: 'x', message: 'No.' } })
  }
  await end(backups()[0]?.id ?? '')
  assert.equal((await asked('backup', (task) => task.backupId === urgent.id)).instanceId, manual.instanceId)
  while (ended.size < 6) {
    const open = await until(() => backups().find(({ id }) => !ended.has(id)))
    assert.ok(backups().length - ended.size <= 2)
    await end(open.id)
  }
})

test('backups whose target is away keep no others waiting, and are told again to an agent that comes back', async (t) => {
  const given = await createArchivedDatabase(t, { CROFT_BACKUP_CONCURRENCY: '1' })
  const { platform, agent, report } = given
  const { domain, system, db } = platform
  const ask = async (name: string) => {
    const made = await createTestPostgres(platform, name)
    await db.updateTable('databases').set({ state: 'ready' }).where('id', '=', made.id).execute()
    return domain.backups.startBackup(system, made.id)
  }
  const backups = () => [...agent.asked.values()].filter((task) => task.kind === 'backup')
  await ask('away')
  const waiting = await until(() => backups().at(0))
  const second = await ask('second')
  const fault = { code: 'target-unreachable', message: 'It does not answer.' }
  await report({ id: waiting.id }, { state: 'running', fault })
  const given2 = await until(() => backups().find(({ backupId }) => backupId === second.id))
  await ask('third')
  await report({ id: waiting.id }, { state: 'running', fault })
  assert.equal(backups().length, 2, 'the one that runs takes the place')
  const again = await platform.agent()
  await until(() => again.asked.has(waiting.id) && again.asked.has(given2.id))
})
