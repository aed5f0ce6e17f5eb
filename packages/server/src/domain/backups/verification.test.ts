import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Verification } from '@croft/protocol'
import { type ArchivedDatabase, createArchivedDatabase } from '../../../test/archived-database.ts'
import { codeOf } from '../../../test/oauth.ts'
import { until } from '../../../test/scripted-agent.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { handOutVerifications } from './index.ts'

const found: Verification = { durationMs: 900, sizeBytes: 5_000_000, relations: 40, databases: 2 }
const fault = { code: 'data-corrupt', message: 'The index orders_pkey is damaged.' }

const get = ({ platform }: ArchivedDatabase, id: string) =>
  platform.domain.backups.getBackup(platform.system, id)
const stateOf = async (given: ArchivedDatabase, id: string) => (await get(given, id)).verification.state
const handOut = ({ platform }: ArchivedDatabase) => handOutVerifications(platform.domain)
const verifying = (given: ArchivedDatabase, id: string) =>
  given.asked('verify-backup', ({ backupId }) => backupId === id)
const eventsOf = async ({ platform }: ArchivedDatabase, id: string) =>
  (
    await platform.db
      .selectFrom('events')
      .select('action')
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute()
  ).map(({ action }) => action)

test('each new backup is verified, and what was found is shown', async (t) => {
  const given = await createArchivedDatabase(t)
  await given.platform.work()
  const id = await given.backUp()
  const task = await verifying(given, id)
  assert.equal(task.key, `${given.instanceId}/${id}`)
  assert.ok(task.encryptionKey)
  assert.equal(await stateOf(given, id), 'running')
  await given.report(task, { state: 'running' })
  await given.report(task, { state: 'done', verification: found })
  const { verification, restorable } = await get(given, id)
  assert.deepEqual(
    [verification.state, verification.relations, verification.durationMs, restorable],
    ['passed', 40, 900, true],
  )
  assert.deepEqual(await eventsOf(given, id), ['backup.started', 'backup.completed', 'backup.verified'])
})

test('a backup that fails is told of, and so are those that are made on it', async (t) => {
  const given = await createArchivedDatabase(t)
  const [base, onIt, alone] = [await given.backUp(), await given.backUp(), await given.backUp()]
  const make = (id: string, parentId: string, verification: 'none' | 'passed') =>
    given.platform.db
      .updateTable('backups')
      .set({ kind: 'incremental', parent_id: parentId, verification })
      .where('id', '=', id)
      .execute()
  await make(onIt, base, 'none')
  await make(alone, onIt, 'passed')
  await handOut(given)
  await given.report(await verifying(given, base), { state: 'failed', fault })
  const { verification, restorable } = await get(given, base)
  assert.deepEqual([verification.state, verification.error, restorable], ['failed', fault.message, false])
  assert.equal(await stateOf(given, onIt), 'failed')
  // It was restored with all that it is made on, so that is sound where it matters.
  assert.equal(await stateOf(given, alone), 'passed')
  assert.ok((await eventsOf(given, base)).includes('backup.verification-failed'))
})

test('what is the host’s fault is tried again, and says nothing of the backup', async (t) => {
  const given = await createArchivedDatabase(t)
  const id = await given.backUp()
  await handOut(given)
  const full = { code: 'disk-full', message: 'The disk is full.' }
  await given.report(await verifying(given, id), { state: 'failed', fault: full })
  const { verification, restorable } = await get(given, id)
  assert.deepEqual([verification.state, verification.error, restorable], ['pending', full.message, true])
  await handOut(given)
  assert.equal(await stateOf(given, id), 'pending')
  await given.platform.db
    .updateTable('backups')
    .set({ verified_at: new Date('2026-01-01') })
    .execute()
  await handOut(given)
  assert.equal(await stateOf(given, id), 'running')
})

test('what may be the host’s fault is tried three times', async (t) => {
  for (const code of ['server-crashed', 'internal']) {
    const given = await createArchivedDatabase(t)
    const id = await given.backUp()
    const seen: string[] = []
    const tried = new Set<string>()
    while (seen.at(-1) !== 'failed' && seen.length < 5) {
      await given.platform.db
        .updateTable('backups')
        .set({ verified_at: new Date('2026-01-01') })
        .execute()
      await handOut(given)
      const task = await given.asked('verify-backup', (each) => !tried.has(each.id))
      tried.add(task.id)
      await given.report(task, { state: 'failed', fault: { code, message: 'It ended.' } })
      seen.push(await stateOf(given, id))
    }
    assert.deepEqual(seen, ['pending', 'pending', 'failed'], code)
    assert.equal((await get(given, id)).restorable, false)
  }
})

test('one that was found bad is no good before a check passes', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform } = given
  await given.archive({ baseKey: null })
  const id = await given.backUp()
  await handOut(given)
  await given.report(await verifying(given, id), { state: 'failed', fault })
  const again = await platform.domain.backups.verifyBackup(platform.system, id)
  assert.deepEqual([again.verification.state, again.restorable], ['pending', false])
  const restore = (force: boolean) =>
    platform.domain.databases.createDatabase(platform.system, {
      projectId: given.projectId,
      source: { type: 'backup', databaseId: given.id, backupId: id, force },
    })
  await assert.rejects(restore(false), { code: 'backup-not-restorable', message: /orders_pkey/ })
  const at = { type: 'database', databaseId: given.id, at: new Date().toISOString() } as const
  const moment = platform.domain.databases.createDatabase(platform.system, {
    projectId: given.projectId,
    source: at,
  })
  assert.equal(await codeOf(moment), 'point-outside-window')
  await handOut(given)
  const first = (await verifying(given, id)).id
  const second = await given.asked('verify-backup', (each) => each.backupId === id && each.id !== first)
  await given.report(second, { state: 'done', verification: found })
  assert.equal((await get(given, id)).restorable, true)
  await restore(false)
})

test('a host is given no more at one time than it may work on, and none while it is away', async (t) => {
  const given = await createArchivedDatabase(t, { CROFT_BACKUP_CONCURRENCY: '2' })
  const ids = [await given.backUp(), await given.backUp(), await given.backUp()]
  await Promise.all([handOut(given), handOut(given)])
  const states = () => Promise.all(ids.map((id) => stateOf(given, id)))
  assert.deepEqual(await states(), ['running', 'running', 'pending'])
  await given.report(await verifying(given, ids[0] ?? ''), { state: 'done', verification: found })
  given.agent.leave()
  await until(async () => {
    const row = await given.platform.db.selectFrom('targets').select('connected_at').executeTakeFirstOrThrow()
    return row.connected_at === null
  })
  await handOut(given)
  assert.deepEqual(await states(), ['passed', 'running', 'pending'])
  await given.platform.agent()
  await handOut(given)
  assert.deepEqual(await states(), ['passed', 'running', 'running'])
})

test('another host checks what lies in an object store while its own is away', async (t) => {
  const given = await createArchivedDatabase(t)
  const { db, workspaces, targetId } = given.platform
  const [inDirectory, inStore] = [await given.backUp(), await given.backUp()]
  const backupTargetId = newId()
  const config = { endpoint: 'https://s3.example.com', region: 'x', bucket: 'b', prefix: '', pathStyle: true }
  await db
    .insertInto('backup_targets')
    .values({ id: backupTargetId, workspace_id: workspaces[0].id, name: 'bucket', type: 's3', config })
    .execute()
  await db
    .updateTable('backups')
    .set({ backup_target_id: backupTargetId, target: { type: 'stored', backupTargetId } })
    .where('id', '=', inStore)
    .execute()
  const { agent_id: _, ...host } = await db.selectFrom('targets').selectAll().executeTakeFirstOrThrow()
  const spare = { ...host, id: newId(), name: 'spare', join_token_hash: Buffer.alloc(32, 1) }
  await db.insertInto('targets').values(spare).execute()
  await db.updateTable('targets').set({ connected_at: null }).where('id', '=', targetId).execute()
  await handOut(given)
  assert.deepEqual([await stateOf(given, inDirectory), await stateOf(given, inStore)], ['pending', 'running'])
  const tasks = await db.selectFrom('agent_tasks').selectAll().where('finished_at', 'is', null).execute()
  assert.deepEqual(
    tasks.map((task) => task.target_id),
    [spare.id],
  )
})

test('a backup is verified again on demand, but only one that is complete', async (t) => {
  const given = await createArchivedDatabase(t, { CROFT_VERIFY_BACKUPS: 'off' })
  const { platform } = given
  const { startBackup, verifyBackup } = platform.domain.backups
  const id = await given.backUp()
  assert.equal(await stateOf(given, id), 'none')
  const again = () => verifyBackup(platform.system, id)
  assert.equal((await again()).verification.state, 'pending')
  await handOut(given)
  assert.equal((await again()).verification.state, 'running')
  await given.report(await verifying(given, id), { state: 'failed', fault })
  assert.equal((await again()).verification.state, 'pending')
  const running = await startBackup(platform.system, given.id)
  assert.equal(await codeOf(verifyBackup(platform.system, running.id)), 'backup-not-restorable')
  assert.equal(await codeOf(verifyBackup(platform.system, newId())), 'backup-not-found')
  const reader = {
    ...platform.system.principal,
    bindings: [
      { role: 'workspace-reader', scope: { type: 'workspace', id: platform.workspaces[0].id } } as const,
    ],
  }
  assert.equal(await codeOf(verifyBackup({ principal: reader, requestId: 'r' }, id)), 'forbidden')
})
