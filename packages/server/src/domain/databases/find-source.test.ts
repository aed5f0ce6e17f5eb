import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ArchivedDatabase, createArchivedDatabase } from '../../../test/archived-database.ts'
import { codeOf } from '../../../test/oauth.ts'
import { gone, until } from '../../../test/scripted-agent.ts'
import type { Call } from '../access/index.ts'
import type { RestoreSource } from './index.ts'

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

const restore = ({ platform, id }: ArchivedDatabase, source: RestoreSource) =>
  platform.domain.databases.restoreDatabase(platform.system, id, source)
const restoreTo = (given: ArchivedDatabase, at: string) =>
  restore(given, { type: 'database', databaseId: given.id, at })
const create = (given: ArchivedDatabase, source: RestoreSource, call: Call = given.platform.system) =>
  given.platform.domain.databases.createDatabase(call, { projectId: given.projectId, source })
const setReady = ({ platform, id }: ArchivedDatabase) =>
  platform.db.updateTable('databases').set({ state: 'ready' }).where('id', '=', id).execute()

async function instanceOf({ platform }: ArchivedDatabase, databaseId: string): Promise<string> {
  const { id } = await platform.db
    .selectFrom('instances')
    .select('id')
    .where('database_id', '=', databaseId)
    .executeTakeFirstOrThrow()
  return id
}

test('a restore to a moment begins with what the archive began with, or with the newest backup before it', async (t) => {
  const given = await createArchivedDatabase(t)
  const { instanceId, wanted, archive, backUp } = given
  await archive()
  const early = ago(30)
  const restored = await restoreTo(given, early)
  assert.equal(restored.state, 'recovering')
  assert.deepEqual(restored.source, { type: 'database', databaseId: given.id, at: early })
  const { origin } = await wanted(2)
  assert.ok(origin.type === 'backup')
  assert.equal(origin.key, 'templates/7')
  assert.equal(origin.backupId, null)
  assert.deepEqual(origin.recovery, { instanceId, chain: 'c1', until: { type: 'time', at: early } })
  assert.ok(origin.encryptionKey)
  assert.equal(await codeOf(restoreTo(given, early)), 'database-not-ready')

  await setReady(given)
  await backUp({ consistentAt: ago(50) })
  const base = await backUp({ consistentAt: ago(20) })
  await backUp({ consistentAt: ago(5) })
  await restoreTo(given, ago(10))
  const second = (await wanted(3)).origin
  assert.ok(second.type === 'backup')
  assert.equal(second.backupId, base)
  const { items } = await given.platform.domain.backups.listRestores(given.platform.system, {
    databaseId: given.id,
    page: { limit: 1, after: null },
  })
  assert.equal(items[0]?.backupId, base)
  assert.equal(items[0]?.until?.type, 'time')
})

test('a moment in the old chain can be restored to after a restore', async (t) => {
  const given = await createArchivedDatabase(t)
  const { wanted, archive } = given
  await archive()
  await archive({ chain: 'c2', epoch: 2, startedAt: ago(5), baseKey: null, startLsn: '0/5000000' })
  const before = await restoreTo(given, ago(30))
  assert.equal(before.state, 'recovering')
  const { origin } = await wanted(2)
  assert.ok(origin.type === 'backup')
  assert.equal(origin.recovery?.chain, 'c1')
})

test('moments outside the window are told which are inside', async (t) => {
  const given = await createArchivedDatabase(t)
  assert.equal(await codeOf(restoreTo(given, ago(1))), 'point-outside-window')
  await given.archive()
  const messageOf = async (at: string) => {
    try {
      await restoreTo(given, at)
    } catch (error) {
      assert.ok(
        error instanceof Error && 'code' in error && error.code === 'point-outside-window',
        String(error),
      )
      return error.message
    }
    throw new Error(`${at} was accepted`)
  }
  assert.ok((await messageOf(ago(90))).includes(given.began.toISOString()))
  assert.match(await messageOf(ago(-5)), /future/)
  assert.equal(await codeOf(restoreTo(given, 'yesterday')), 'invalid-input')
  // Beyond the retention, though it is still there.
  await given.platform.db
    .updateTable('archive_chains')
    .set({ started_at: new Date('2026-01-01') })
    .execute()
  assert.match(await messageOf('2026-01-02T00:00:00Z'), /before the earliest/)
  const both = { type: 'database', databaseId: given.id, at: ago(1), restorePoint: 'x' } as const
  assert.equal(await codeOf(restore(given, both)), 'invalid-input')
  assert.equal(
    await codeOf(restore(given, { type: 'database', databaseId: given.id, restorePoint: 'nothing' })),
    'restore-point-not-found',
  )
  // Of itself as it is there is nothing to restore.
  assert.equal(await codeOf(restore(given, { type: 'database', databaseId: given.id })), 'invalid-input')
})

test('a new database is made of a moment of another one', async (t) => {
  const given = await createArchivedDatabase(t)
  await given.archive()
  const at = ago(10)
  const { database } = await create(given, { type: 'database', databaseId: given.id, at })
  assert.deepEqual(database.source, { type: 'database', databaseId: given.id, at })
  const { origin } = await given.wanted(1, await instanceOf(given, database.id))
  assert.ok(origin.type === 'backup')
  assert.deepEqual(origin.recovery?.until, { type: 'time', at })
})

test('what lies in an object store can be restored when its host is lost', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, archive } = given
  const told = await archive()
  const backupTargetId = '01900000-0000-7000-8000-000000000001'
  await platform.db
    .insertInto('backup_targets')
    .values({
      id: backupTargetId,
      workspace_id: platform.workspaces[0].id,
      name: 'bucket',
      type: 's3',
      config: { endpoint: 'https://s3.example.com', region: 'x', bucket: 'b', prefix: '', pathStyle: true },
    })
    .execute()
  await platform.db.updateTable('archive_chains').set({ backup_target_id: backupTargetId }).execute()
  const hello = await platform.db.selectFrom('targets').selectAll().executeTakeFirstOrThrow()
  await platform.db
    .insertInto('targets')
    .values({
      ...hello,
      id: '01900000-0000-7000-8000-000000000002',
      name: 'spare',
      agent_id: 'other',
      join_token_hash: Buffer.alloc(32, 1),
      agent: hello.agent,
    })
    .execute()
  const source = { type: 'database', databaseId: given.id } as const
  const placeOf = async (at: string) => {
    const { database } = await create(given, { ...source, at })
    return database.target.name
  }
  assert.equal(await placeOf(ago(1)), 'local')
  given.agent.leave()
  await until(async () => {
    const row = await platform.db
      .selectFrom('targets')
      .select('connected_at')
      .where('id', '=', platform.targetId)
      .executeTakeFirstOrThrow()
    return row.connected_at === null
  })
  // What it had not archived went with it.
  assert.equal(
    await codeOf(create(given, { ...source, at: new Date().toISOString() })),
    'point-outside-window',
  )
  assert.equal(await placeOf(told.archivedAt), 'spare')
})

test('a deleted database is a source for those who may make databases where it was', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, agent, instanceId, archive, backUp } = given
  await archive()
  const backupId = await backUp()
  const other = await platform.domain.databases.createDatabase(platform.system, {
    projectId: given.projectId,
  })
  assert.ok(other.database.id)
  await platform.db.updateTable('databases').set({ is_default: false }).where('id', '=', given.id).execute()
  const deleting = platform.domain.databases.deleteDatabase(platform.system, given.id)
  const absent = await until(() => {
    const wish = agent.wanted.get(instanceId)
    return wish?.presence === 'absent' ? wish : undefined
  })
  await agent.report({ observed: [gone(absent)] })
  await deleting
  const sources: RestoreSource[] = [
    { type: 'backup', databaseId: given.id, backupId },
    { type: 'database', databaseId: given.id, at: ago(1) },
    { type: 'database', databaseId: given.id },
  ]
  for (const source of sources) {
    const { database } = await create(given, source)
    const { origin } = await given.wanted(1, await instanceOf(given, database.id))
    assert.equal(origin.type, 'backup')
  }
  const [own] = platform.workspaces
  const as = (role: 'workspace-admin' | 'workspace-reader', workspaceId: string): Call => ({
    ...platform.system,
    principal: {
      ...platform.system.principal,
      bindings: [{ role, scope: { type: 'workspace', id: workspaceId } }],
    },
  })
  const mine = await platform.domain.projects.createProject(platform.system, {
    workspaceId: platform.workspaces[1].id,
    database: false,
  })
  const stranger = as('workspace-admin', platform.workspaces[1].id)
  for (const source of sources) {
    const theirs = platform.domain.databases.createDatabase(stranger, { projectId: mine.project.id, source })
    assert.equal(await codeOf(theirs), 'database-not-found')
    assert.equal(await codeOf(create(given, source, as('workspace-reader', own.id))), 'forbidden')
  }
  // A rule that kept somebody from reading it still does.
  const admin = as('workspace-admin', own.id)
  const unreadable = { action: ['read'], subject: ['databases'], inverted: true, priority: 1 } as const
  const barred: Call = {
    ...admin,
    principal: {
      ...admin.principal,
      ruleSets: [{ version: '1', rules: [{ ...unreadable, conditions: { id: given.id } }] }],
    },
  }
  for (const source of sources) {
    assert.equal(await codeOf(create(given, source, barred)), 'database-not-found')
  }
  await platform.db
    .updateTable('databases')
    .set({ purged_at: new Date() })
    .where('id', '=', given.id)
    .execute()
  for (const source of sources) assert.equal(await codeOf(create(given, source)), 'database-not-found')
})

test('a backup that failed its verification is restored by force only, and nothing begins with it', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, archive, backUp, wanted } = given
  await archive({ baseKey: null })
  const good = await backUp({ consistentAt: ago(40) })
  const bad = await backUp({ consistentAt: ago(20) })
  await platform.db
    .updateTable('backups')
    .set({ verification: 'failed', found_bad: true, verification_error: 'A page is torn.' })
    .where('id', '=', bad)
    .execute()
  const source = { type: 'backup', databaseId: given.id, backupId: bad } as const
  await assert.rejects(restore(given, source), { code: 'backup-not-restorable', message: /A page is torn/ })
  await restoreTo(given, ago(5))
  const { origin } = await wanted(2)
  assert.ok(origin.type === 'backup')
  assert.equal(origin.backupId, good)
  await setReady(given)
  await restore(given, { ...source, force: true })
  const forced = (await wanted(3)).origin
  assert.ok(forced.type === 'backup')
  assert.equal(forced.backupId, bad)
})
