import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type ArchivedDatabase, createArchivedDatabase } from '../../../test/archived-database.ts'
import { createTestPostgres } from '../../../test/platform.ts'
import { serving, until } from '../../../test/scripted-agent.ts'
import { rotateSealedColumns } from '../../platform/secrets/index.ts'
import { fillKeys } from './fill-keys.ts'

const SECRET = 'canary-secret-access-key'
const location = {
  type: 's3',
  endpoint: 'https://s3.example.com',
  region: 'eu-central-1',
  bucket: 'backups',
  prefix: '',
  pathStyle: true,
  accessKeyId: 'AKIA',
} as const

async function addTarget({ platform }: ArchivedDatabase, name = 'away') {
  const { domain, system, workspaces } = platform
  return domain.backupTargets.createBackupTarget(system, {
    workspaceId: workspaces[0].id,
    name,
    location: { ...location, secretAccessKey: SECRET },
  })
}

const policyOf = ({ platform, id }: ArchivedDatabase) =>
  platform.domain.backups.getPolicy(platform.system, id)

const wishAfter = ({ agent, instanceId }: ArchivedDatabase, revision: number) =>
  until(() => {
    const wish = agent.wanted.get(instanceId)
    return wish && wish.revision > revision ? wish : undefined
  })

/** Tables that hold a text somewhere, in any column. */
async function tablesWith({ platform }: ArchivedDatabase, text: string): Promise<string[]> {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_schema in ('croft', 'graphile_worker') and table_type = 'BASE TABLE'
    order by table_name`.execute(platform.db)
  const found: string[] = []
  for (const { schema, name } of tables) {
    const { rows } = await sql`
      select from ${sql.table(`${schema}.${name}`)} t where t::text like ${`%${text}%`} limit 1`.execute(
      platform.db,
    )
    if (rows.length > 0) found.push(name)
  }
  return found
}

test('agents get secrets with what is wanted of them; nothing that is stored has them', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, agent, id, asked, report, backUp, archive } = given
  const { domain, system, db } = platform
  const first = await given.wanted()
  const key = first.archive?.encryptionKey ?? ''
  assert.equal(Buffer.from(key, 'base64').length, 32)
  assert.deepEqual(first.archive?.target, { type: 'directory', path: null })

  const target = await addTarget(given)
  // The system's own call may name private places.
  const wire = { ...location, secretAccessKey: SECRET, allowPrivate: true }
  const probe = await asked('probe-target')
  assert.deepEqual(probe.target, wire)
  await report(probe, { state: 'done' })

  await domain.backups.setPolicy(system, { ...(await policyOf(given)), targetId: target.id })
  const second = await wishAfter(given, first.revision)
  assert.deepEqual(second.archive, { target: wire, encryptionKey: key })
  await archive({ chain: 'c2' })
  const backupId = await backUp({ chain: 'c2' })
  const task = await asked('backup')
  assert.deepEqual([task.target, task.encryptionKey], [wire, key])

  // A copy from the backup has them as long as it is to be read, and not afterwards.
  const copy = await domain.databases.createDatabase(system, {
    projectId: given.projectId,
    source: { type: 'backup', databaseId: id, backupId },
  })
  const { id: copyId } = await db
    .selectFrom('instances')
    .select('id')
    .where('database_id', '=', copy.database.id)
    .executeTakeFirstOrThrow()
  const made = await given.wanted(1, copyId)
  assert.ok(made.origin.type === 'backup')
  assert.deepEqual([made.origin.target, made.origin.encryptionKey], [wire, key])
  const others = made.archive?.encryptionKey
  assert.ok(others !== undefined && others !== key, 'every database has a key of its own')
  await db.updateTable('instances').set({ settled_epoch: 1 }).where('id', '=', copyId).execute()
  agent.leave()
  const back = await platform.agent({ observed: [serving(made)] })
  const settled = back.wanted.get(copyId)
  assert.ok(settled?.origin.type === 'backup')
  assert.deepEqual(
    [settled.origin.target, settled.origin.encryptionKey],
    [{ type: 'directory', path: null }, undefined],
  )

  for (const secret of [SECRET, Buffer.from(SECRET).toString('hex'), key, others]) {
    assert.deepEqual(await tablesWith(given, secret), [], `${secret} is stored`)
  }
  assert.deepEqual(
    await tablesWith(given, 'AKIA'),
    ['backup_targets', 'events'],
    'the search finds something',
  )
})

test('credentials that change reach the hosts, and keys at rest are rotated', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform } = given
  const { domain, system } = platform
  const target = await addTarget(given)
  const { revision } = await given.wanted()
  await domain.backups.setPolicy(system, { ...(await policyOf(given)), targetId: target.id })
  const before = await wishAfter(given, revision)
  await platform.ring.rotate()
  const { rewrapped } = await rotateSealedColumns(platform.db, platform.ring)
  assert.ok(rewrapped >= 3, 'password, key and secret')
  await domain.backupTargets.updateBackupTarget(system, target.id, {
    location: { secretAccessKey: 'renewed' },
  })
  const after = await wishAfter(given, before.revision)
  assert.deepEqual(after.archive, {
    target: { ...location, secretAccessKey: 'renewed', allowPrivate: true },
    encryptionKey: before.archive?.encryptionKey,
  })
})

test('without encryption nothing has a key; without archive there is none to write', async (t) => {
  const given = await createArchivedDatabase(t, { CROFT_BACKUP_ENCRYPTION: 'off' })
  const { platform, asked, id } = given
  const { domain, system } = platform
  const first = await given.wanted()
  assert.deepEqual(first.archive, { target: { type: 'directory', path: null } })
  await domain.backups.startBackup(system, id)
  assert.equal((await asked('backup')).encryptionKey, undefined)
  await domain.backups.setPolicy(system, { ...(await policyOf(given)), encryption: true })
  const second = await wishAfter(given, first.revision)
  assert.notEqual(second.archive?.encryptionKey, undefined)
  await domain.backups.setPolicy(system, { ...(await policyOf(given)), archive: false })
  assert.equal((await wishAfter(given, second.revision)).archive, undefined)
})

test('a secret that cannot be opened stops nothing else, and nothing is stored in the clear', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, agent, id, instanceId } = given
  await platform.db
    .updateTable('databases')
    .set({ backup_key: Buffer.alloc(200, 1) })
    .where('id', '=', id)
    .execute()
  const { id: backupId } = await platform.domain.backups.startBackup(platform.system, id)
  agent.leave()
  const back = await platform.agent()
  const wish = await until(() => back.wanted.get(instanceId))
  assert.equal(wish.archive, undefined)
  await platform.domain.backupTargets.createBackupTarget(platform.system, {
    workspaceId: platform.workspaces[0].id,
    name: 'x',
    location: { type: 'directory', path: '/x' },
  })
  await until(() => [...back.asked.values()].find((task) => task.kind === 'probe-target'))
  assert.equal(
    [...back.asked.values()].some((task) => task.kind === 'backup'),
    false,
  )
  const failed = await platform.domain.backups.getBackup(platform.system, backupId)
  assert.equal(failed.state, 'failed')
  assert.match(failed.error ?? '', /cannot be opened: is the key ring/)
})

test('a task whose key cannot be opened takes no place from others', async (t) => {
  const given = await createArchivedDatabase(t, { CROFT_BACKUP_CONCURRENCY: '1' })
  const { platform, agent, id } = given
  const { db, domain, system } = platform
  const other = await createTestPostgres(platform, 'other')
  await db.updateTable('databases').set({ state: 'ready' }).where('id', '=', other.id).execute()
  await db
    .updateTable('databases')
    .set({ backup_key: Buffer.alloc(200, 1) })
    .where('id', '=', id)
    .execute()
  agent.leave()
  await domain.backups.startBackup(system, id)
  const wanted = await domain.backups.startBackup(system, other.id)
  const back = await platform.agent()
  await until(() =>
    [...back.asked.values()].find((task) => task.kind === 'backup' && task.backupId === wanted.id),
  )
})

test('a target that fails, and works again, leaves an event each', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, asked, report, agent } = given
  const { domain, system, db } = platform
  const { id } = await addTarget(given)
  const { probeTargets } = await import('../backup-targets/index.ts')
  const outcomes = [
    { state: 'failed', fault: { code: 'target-unreachable', message: 'No answer.' } },
    { state: 'failed', fault: { code: 'target-unreachable', message: 'Still none.' } },
    { state: 'done' },
  ] as const
  const seen: (string | null)[][] = []
  const tried = new Set<string>()
  for (const outcome of outcomes) {
    const task = await asked('probe-target', (each) => !tried.has(each.id))
    tried.add(task.id)
    await report(task, outcome)
    const { state, stateMessage } = await domain.backupTargets.getBackupTarget(system, id)
    seen.push([state, stateMessage])
    await probeTargets(domain)
  }
  assert.deepEqual(seen, [
    ['failing', 'No answer.'],
    ['failing', 'Still none.'],
    ['ok', null],
  ])
  // It works and nobody uses it.
  assert.equal([...agent.asked.values()].filter((task) => task.kind === 'probe-target').length, 3)
  const events = await db
    .selectFrom('events')
    .select('action')
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute()
  assert.deepEqual(
    events.map(({ action }) => action),
    ['backup-target.created', 'backup-target.failing', 'backup-target.ok'],
  )
})

test('databases of an earlier version get a key when the server starts', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, id } = given
  const { revision } = await given.wanted()
  await platform.db.updateTable('databases').set({ backup_key: null }).where('id', '=', id).execute()
  assert.equal(await fillKeys(platform.domain, false), 1)
  assert.equal(await fillKeys(platform.domain, true), 0)
  assert.deepEqual((await wishAfter(given, revision)).archive, { target: { type: 'directory', path: null } })
  await platform.domain.backups.setPolicy(platform.system, { ...(await policyOf(given)), encryption: true })
  assert.notEqual((await wishAfter(given, revision + 1)).archive?.encryptionKey, undefined)
})
