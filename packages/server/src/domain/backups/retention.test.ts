import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObservedArchive } from '@croft/protocol'
import { sql } from 'kysely'
import { type ArchivedDatabase, createArchivedDatabase } from '../../../test/archived-database.ts'
import { createTestPostgres } from '../../../test/platform.ts'
import { gone, until } from '../../../test/scripted-agent.ts'
import { expireBackups } from './expire-backups.ts'
import { purgeDatabases } from './purge-databases.ts'
import { trimArchives } from './trim-archives.ts'

const DAY_MS = 86_400_000
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS)
const UNVERIFIED = { CROFT_VERIFY_BACKUPS: 'off' }

const setBackup = ({ platform }: ArchivedDatabase, id: string, changes: object) =>
  platform.db.updateTable('backups').set(changes).where('id', '=', id).execute()

/** A backup that was made so many days ago. */
async function backUpAgo(given: ArchivedDatabase, days: number, changes: object = {}): Promise<string> {
  const id = await given.backUp(changes)
  await setBackup(given, id, { completed_at: daysAgo(days), consistent_at: daysAgo(days) })
  return id
}

const statesOf = async ({ platform, id }: ArchivedDatabase) =>
  new Map(
    (
      await platform.db.selectFrom('backups').select(['id', 'state']).where('database_id', '=', id).execute()
    ).map((row) => [row.id, row.state]),
  )

const chainOf = ({ platform, instanceId }: ArchivedDatabase, chain: string) =>
  platform.db
    .selectFrom('archive_chains')
    .selectAll()
    .where('instance_id', '=', instanceId)
    .where('chain', '=', chain)
    .executeTakeFirstOrThrow()

/** What was asked to be removed by now, and is confirmed with it. */
async function confirm(given: ArchivedDatabase, outcome: 'done' | 'failed' = 'done') {
  const open = await given.platform.db
    .selectFrom('agent_tasks')
    .select(['id', 'task'])
    .where('finished_at', 'is', null)
    .execute()
  const removals = open.filter(({ task }) => task.kind === 'delete-backup' || task.kind === 'trim-archive')
  const fault = { code: 'target-unreachable', message: 'No answer.' }
  await given.agent.report({
    tasks: removals.map(({ id }) => ({ id, state: outcome, ...(outcome === 'failed' ? { fault } : {}) })),
  })
  return removals.map(({ task }) => task)
}

test('the newest backup that is older than the retention stays, and what it is made on', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  const { platform } = given
  const ancient = await backUpAgo(given, 30)
  const broken = await backUpAgo(given, 25)
  const full = await backUpAgo(given, 20)
  const increment = await backUpAgo(given, 15)
  const failed = await backUpAgo(given, 12)
  const young = await backUpAgo(given, 3)
  await setBackup(given, increment, { kind: 'incremental', parent_id: full })
  await setBackup(given, failed, { state: 'failed', key: null })
  await setBackup(given, broken, { verification: 'failed', found_bad: true })
  assert.equal(await expireBackups(platform.domain), 3)
  await confirm(given)
  assert.deepEqual(
    await statesOf(given),
    new Map([
      [ancient, 'deleted'],
      [broken, 'deleted'],
      [full, 'completed'],
      [increment, 'completed'],
      [failed, 'deleted'],
      [young, 'completed'],
    ]),
  )
  assert.equal(await expireBackups(platform.domain), 0)
  // Now one takes its place, and both go, the increment first.
  await setBackup(given, young, { completed_at: daysAgo(8) })
  assert.equal(await expireBackups(platform.domain), 1)
  await confirm(given, 'failed')
  assert.equal((await statesOf(given)).get(increment), 'completed')
  assert.equal(await expireBackups(platform.domain), 1)
  assert.equal(await expireBackups(platform.domain), 0, 'its parent waits until it is gone')
  await confirm(given)
  assert.equal(await expireBackups(platform.domain), 1)
  await confirm(given)
  assert.deepEqual(
    [...(await statesOf(given))].filter(([, state]) => state === 'completed'),
    [[young, 'completed']],
  )
})

test('more backups than are asked for at one time expire in one run', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  const { platform, id, instanceId } = given
  await sql`
    insert into backups (id, database_id, instance_id, trigger, state, target, key, completed_at)
    select gen_random_uuid(), ${id}, ${instanceId}, 'schedule', 'completed', '{"type": "directory", "path": null}',
      'key-' || n, now() - interval '30 days'
    from generate_series(1, 450) n`.execute(platform.db)
  assert.equal(await expireBackups(platform.domain), 449)
  assert.equal(await expireBackups(platform.domain), 0)
})

test('one found broken is no beginning of a window, and one that is being checked stays', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  const { platform } = given
  const sound = await backUpAgo(given, 20)
  const broken = await backUpAgo(given, 10)
  await setBackup(given, broken, { verification: 'failed', found_bad: true })
  assert.equal(await expireBackups(platform.domain), 0)
  const later = await backUpAgo(given, 9)
  const taskId = (await given.asked('backup', (task) => task.backupId === later)).id
  await platform.db.updateTable('agent_tasks').set({ finished_at: null }).where('id', '=', taskId).execute()
  await setBackup(given, sound, { verification: 'running', verification_task_id: taskId })
  assert.equal(await expireBackups(platform.domain), 1)
  assert.equal((await statesOf(given)).get(sound), 'completed')
})

test('an archive is trimmed to where the oldest backup of it begins, once that is old enough', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  const { platform, archive } = given
  await archive()
  const first = await backUpAgo(given, 6, { startLsn: '0/2000000' })
  assert.equal(await trimArchives(platform.domain), 0, 'its base is still the beginning of the window')
  await setBackup(given, first, { consistent_at: daysAgo(8), completed_at: daysAgo(8) })
  assert.equal(await trimArchives(platform.domain), 1)
  const [task] = await confirm(given)
  assert.ok(task?.kind === 'trim-archive')
  assert.deepEqual(
    [task.chain, task.beforeLsn, task.target],
    ['c1', '0/2000000', { type: 'directory', path: null }],
  )
  assert.equal((await chainOf(given, 'c1')).trimmed_lsn, '0/2000000')
  assert.equal(await trimArchives(platform.domain), 0)
  // Positions are numbers: A/0 comes after 9/FFFFFFFF, and 10/0 after A/0.
  await backUpAgo(given, 7.5, { startLsn: '10/0' })
  await backUpAgo(given, 7.4, { startLsn: 'A/0' })
  await setBackup(given, first, { state: 'deleted' })
  assert.equal(await trimArchives(platform.domain), 1)
  assert.equal((await chainOf(given, 'c1')).trimmed_lsn, 'A/0')
})

test('backups elsewhere do not trim an archive, and one that is made from again keeps what it needs', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  const { platform, archive } = given
  await archive()
  const elsewhere = await platform.domain.backupTargets.createBackupTarget(platform.system, {
    workspaceId: platform.workspaces[0].id,
    name: 'x',
    location: { type: 'directory', path: '/x' },
  })
  const old = await backUpAgo(given, 20)
  await setBackup(given, old, { backup_target_id: elsewhere.id })
  assert.equal(await trimArchives(platform.domain), 0)
  await setBackup(given, old, { backup_target_id: null })
  const copy = await platform.domain.databases.createDatabase(platform.system, {
    projectId: given.projectId,
    source: { type: 'database', databaseId: given.id, at: new Date().toISOString() },
  })
  const setCopy = (changes: object) =>
    platform.db.updateTable('databases').set(changes).where('id', '=', copy.database.id).execute()
  // It is tried again for as long as it has never been ready.
  await setCopy({ state: 'failed' })
  assert.equal(await trimArchives(platform.domain), 0)
  await setCopy({ ready_at: new Date() })
  assert.equal(await trimArchives(platform.domain), 1)
})

test('of an instance only one archive goes on', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  await given.archive()
  await given.archive({ chain: 'c2' })
  await given.archive()
  assert.equal((await chainOf(given, 'c1')).ended_at, null)
  assert.notEqual((await chainOf(given, 'c2')).ended_at, null)
})

test('a host whose clock is wrong does not say when a backup expires', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  for (const days of [4000, -4000]) {
    const id = await given.backUp({ completedAt: daysAgo(days).toISOString() })
    const row = await given.platform.db
      .selectFrom('backups')
      .select(['created_at', 'completed_at', sql<Date>`now()`.as('now')])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    assert.ok(row.completed_at && row.completed_at >= row.created_at && row.completed_at <= row.now)
  }
})

test('an archive without a base is of no use before its first backup', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  const { platform, archive, backUp } = given
  await archive({ chain: 'c2', baseKey: null })
  assert.equal(await trimArchives(platform.domain), 0)
  await backUp({ chain: 'c2', startLsn: '0/3000000' })
  assert.equal(await trimArchives(platform.domain), 1)
  assert.equal((await chainOf(given, 'c2')).trimmed_lsn, '0/3000000')
})

test('an archive that ended before the retention goes with the last backup of it', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  const { platform, archive } = given
  await archive()
  const old = await backUpAgo(given, 20)
  await archive({ chain: 'c2', epoch: 2, startLsn: '0/4000000' })
  assert.notEqual((await chainOf(given, 'c1')).ended_at, null, 'another one began')
  await platform.db
    .updateTable('archive_chains')
    .set({ ended_at: daysAgo(10), trimmed_lsn: '0/2000000' })
    .where('chain', '=', 'c1')
    .execute()
  assert.equal(await trimArchives(platform.domain), 0)
  await setBackup(given, old, { state: 'deleted' })
  assert.equal(await trimArchives(platform.domain), 1)
  assert.notEqual((await chainOf(given, 'c1')).removed_at, null)
  await confirm(given, 'failed')
  assert.equal((await chainOf(given, 'c1')).removed_at, null, 'it is asked for again')
  assert.equal(await trimArchives(platform.domain), 1)
  const [task] = await confirm(given)
  assert.ok(task?.kind === 'trim-archive' && task.beforeLsn === null)
  assert.notEqual((await chainOf(given, 'c1')).cleared_at, null)
  assert.equal(await trimArchives(platform.domain), 0)
})

test('what an agent said of the place before is not taken for the one that is wanted now', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  const { platform, agent, id, instanceId } = given
  const { domain, system, db } = platform
  const { backups } = domain
  const old = await given.wanted()
  await backups.setPolicy(system, { ...(await backups.getPolicy(system, id)), encryption: false })
  const told: ObservedArchive = {
    ...{ chain: 'late', epoch: 1, startedAt: new Date().toISOString(), startLsn: '0/1', baseKey: null },
    state: 'streaming',
    ...{ archivedAt: new Date().toISOString(), lagBytes: 0 },
  }
  const observed = { id: instanceId, epoch: 1, status: 'ready', power: 'running', archive: told } as const
  await agent.report({ observed: [{ ...observed, revision: old.revision }] })
  assert.equal((await db.selectFrom('archive_chains').selectAll().execute()).length, 0)
  const wish = await until(() => {
    const now = agent.wanted.get(instanceId)
    return now && now.revision > old.revision ? now : undefined
  })
  await agent.report({ observed: [{ ...observed, revision: wish.revision }] })
  assert.equal((await chainOf(given, 'late')).encrypted, false)
  await backups.setPolicy(system, { ...(await backups.getPolicy(system, id)), archive: false })
  const { archive: _, ...without } = observed
  await agent.report({ observed: [{ ...without, revision: wish.revision }] })
  assert.equal((await chainOf(given, 'late')).ended_at, null)
  await agent.report({ observed: [{ ...without, revision: wish.revision + 1000 }] })
  assert.notEqual((await chainOf(given, 'late')).ended_at, null)
})

const remove = async (given: ArchivedDatabase, last?: ObservedArchive) => {
  const { platform, id, agent, instanceId } = given
  await platform.db.updateTable('databases').set({ is_default: false }).where('id', '=', id).execute()
  const deleting = platform.domain.databases.deleteDatabase(platform.system, id)
  const wish = await until(() => {
    const now = agent.wanted.get(instanceId)
    return now?.presence === 'absent' ? now : undefined
  })
  await agent.report({ observed: [{ ...gone(wish), ...(last ? { archive: last } : {}) }] })
  await deleting
  await until(async () => {
    const row = await platform.db
      .selectFrom('databases')
      .select('state')
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.state === 'deleted' ? true : undefined
  })
}

const listed = ({ platform }: ArchivedDatabase) =>
  platform.domain.backups.listDeleted(platform.system, {
    workspaceId: platform.workspaces[0].id,
    page: { limit: 10, after: null },
  })

test('the last word of a deleted database tells how far it is archived, and of an archive that nothing told of', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  await given.platform.work()
  const archivedAt = new Date(Date.now() - 1000)
  await remove(given, {
    ...{ chain: 'short', epoch: 1, startedAt: daysAgo(1).toISOString(), startLsn: '0/1000000' },
    ...{ baseKey: 'templates/7', state: 'streaming', archivedAt: archivedAt.toISOString(), lagBytes: 0 },
  })
  const { ended_at, archived_at } = await chainOf(given, 'short')
  assert.deepEqual([archived_at, ended_at !== null], [archivedAt, true])
  const [shown] = (await listed(given)).items
  assert.deepEqual(shown?.recovery?.latest, archivedAt)
})

test('a deleted database stays for a while, and is then gone with its key', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  const { platform, archive, id } = given
  const { db, domain } = platform
  await platform.work()
  await archive()
  await backUpAgo(given, 40)
  await given.backUp()
  await remove(given)
  assert.notEqual((await chainOf(given, 'c1')).ended_at, null)
  const [shown] = (await listed(given)).items
  assert.deepEqual([shown?.id, shown?.backups, shown?.recovery !== null], [id, 2, true])
  assert.ok(shown && Math.abs(shown.purgeAt.getTime() - daysAgo(-7).getTime()) < DAY_MS)

  assert.equal(await expireBackups(domain), 0)
  assert.equal(await trimArchives(domain), 0)
  await purgeDatabases(domain, 'job')
  assert.deepEqual(await confirm(given), [], 'nothing is touched in the time of grace')

  // A copy of it is being made when its time is over.
  const copy = await domain.databases.createDatabase(platform.system, {
    projectId: given.projectId,
    source: { type: 'database', databaseId: id },
  })
  await db
    .updateTable('databases')
    .set({ purge_at: daysAgo(1) })
    .where('id', '=', id)
    .execute()
  await purgeDatabases(domain, 'job')
  assert.deepEqual(await confirm(given), [])
  await db.updateTable('databases').set({ state: 'ready' }).where('id', '=', copy.database.id).execute()
  await db
    .updateTable('instances')
    .set({ settled_epoch: 1 })
    .where('database_id', '=', copy.database.id)
    .execute()

  await purgeDatabases(domain, 'job')
  assert.deepEqual((await confirm(given, 'failed')).map(({ kind }) => kind).sort(), [
    'delete-backup',
    'delete-backup',
    'trim-archive',
  ])
  await purgeDatabases(domain, 'job')
  const row = () => db.selectFrom('databases').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  assert.notEqual((await row()).backup_key, null, 'not while something may be left')
  await confirm(given)
  await until(async () => (await row()).purged_at ?? undefined)
  assert.equal((await row()).backup_key, null)
  assert.deepEqual((await listed(given)).items, [])
  const { rows } =
    await sql`select from events where action = 'database.purged' and subject_id = ${id}`.execute(db)
  assert.equal(rows.length, 1)
})

test('a deleted database can be purged at once by who could delete it', async (t) => {
  const given = await createArchivedDatabase(t, UNVERIFIED)
  const { platform, archive, id } = given
  const { domain, system, db } = platform
  await platform.work()
  await archive()
  await given.backUp()
  await assert.rejects(domain.backups.purgeDeleted(system, id), { code: 'database-not-found' })
  await remove(given)
  await domain.backups.purgeDeleted(system, id)
  await domain.backups.purgeDeleted(system, id)
  await until(async () => ((await confirm(given)).length > 0 ? true : undefined))
  await until(async () => {
    await confirm(given)
    const { purged_at } = await db
      .selectFrom('databases')
      .select('purged_at')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return purged_at ?? undefined
  })
  const { rows } = await sql`select from events where action = 'database.purge-started'`.execute(db)
  assert.equal(rows.length, 1)
})

test('of what nothing was stored nothing is kept, and neither is with no time of grace', async (t) => {
  const given = await createArchivedDatabase(t, { ...UNVERIFIED, CROFT_DELETED_RETENTION_DAYS: '0' })
  const { platform, archive, id } = given
  await platform.work()
  const empty = await createTestPostgres(platform, 'empty')
  await archive()
  await given.backUp()
  await remove(given)
  await remove({ ...given, ...empty })
  const purged = async (which: string) =>
    (await platform.db.selectFrom('databases').select('purged_at').where('id', '=', which).executeTakeFirst())
      ?.purged_at ?? undefined
  await until(() => purged(empty.id))
  await until(async () => {
    await confirm(given)
    return purged(id)
  })
})
