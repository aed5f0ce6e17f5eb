import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ArchivedDatabase, createArchivedDatabase } from '../../../test/archived-database.ts'
import { newId } from '../../platform/ids/new-id.ts'

const windowOf = ({ platform, id }: ArchivedDatabase) =>
  platform.domain.recovery.getWindow(platform.system, id)

async function safetyOf({ platform, id }: ArchivedDatabase) {
  const database = await platform.domain.databases.getDatabase(platform.system, id)
  const safety = (await platform.domain.recovery.describeDatabases([database])).get(id)
  assert.ok(safety)
  return { ...safety, codes: safety.warnings.map(({ code }) => code) }
}

test('the window says where it begins and ends, and how the archive is', async (t) => {
  const given = await createArchivedDatabase(t)
  const { began, archive } = given
  assert.deepEqual(await windowOf(given), { bounds: null, spans: [], archive: null, retentionDays: 7 })
  assert.equal((await safetyOf(given)).recovery, null)
  await archive()
  const now = Date.now()
  const { bounds, spans, archive: shown } = await windowOf(given)
  assert.deepEqual(bounds?.earliest, began)
  assert.ok(bounds && bounds.latest.getTime() >= now)
  assert.deepEqual(
    spans.map(({ chain }) => chain),
    ['c1'],
  )
  assert.equal(shown?.state, 'streaming')
  assert.deepEqual((await safetyOf(given)).recovery?.earliest, began)

  const fault = { code: 'target-unreachable', message: 'The target does not answer.' }
  const archivedAt = new Date(Date.now() - 600_000).toISOString()
  await archive({ state: 'lagging', lagBytes: 5_000_000, fault, archivedAt })
  const lagging = await windowOf(given)
  assert.equal(lagging.bounds?.latest.toISOString(), archivedAt)
  assert.deepEqual(lagging.archive?.fault, fault)
  const { warnings, codes } = await safetyOf(given)
  assert.deepEqual(codes, ['archive-lagging'])
  assert.match(warnings[0]?.message ?? '', /10 minutes: The target does not answer\. 5 MB of at most 1024 MB/)
})

test('after a restore there are two spans, and the second begins with its first backup', async (t) => {
  const given = await createArchivedDatabase(t)
  await given.archive({ archivedAt: new Date(Date.now() - 120_000).toISOString() })
  const startedAt = new Date(Date.now() - 60_000).toISOString()
  await given.archive({ chain: 'c2', epoch: 2, startedAt, baseKey: null })
  assert.deepEqual(
    (await windowOf(given)).spans.map(({ chain }) => chain),
    ['c1'],
  )
  const consistentAt = new Date(Date.now() - 30_000).toISOString()
  await given.backUp({ chain: 'c2', consistentAt })
  const { spans } = await windowOf(given)
  assert.deepEqual(
    spans.map(({ chain }) => chain),
    ['c1', 'c2'],
  )
  assert.equal(spans[1]?.from.toISOString(), consistentAt)
})

test('dangers are told in the view, and no longer when they have passed', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, id, agent, archive, backUp, asked, report } = given
  const { db, system } = platform
  await archive()
  assert.deepEqual((await safetyOf(given)).codes, [])

  const { id: failing } = await platform.domain.backups.startBackup(system, id)
  const fault = { code: 'disk-full', message: 'No room.' }
  await report(await asked('backup', ({ backupId }) => backupId === failing), { state: 'failed', fault })
  assert.deepEqual((await safetyOf(given)).codes, ['backup-failed'])
  const bad = await backUp()
  assert.deepEqual((await safetyOf(given)).codes, [])
  const verified = (backupId: string, verification: 'passed' | 'failed') =>
    db
      .updateTable('backups')
      .set({ verification, found_bad: verification === 'failed' })
      .where('id', '=', backupId)
      .execute()
  await verified(bad, 'failed')
  assert.deepEqual((await safetyOf(given)).codes, ['verification-failed'])
  await platform.domain.backups.verifyBackup(system, bad)
  assert.deepEqual((await safetyOf(given)).codes, ['verification-failed'], 'to be checked again')
  await verified(await backUp(), 'passed')
  assert.deepEqual((await safetyOf(given)).codes, [])

  const at = new Date().toISOString()
  const detail = { database: 'postgres', relation: 'orders', block: 7 }
  const event = { id: newId(), at, kind: 'instance.corrupted', instanceId: given.instanceId, detail } as const
  await agent.report({ events: [event] })
  assert.deepEqual((await safetyOf(given)).codes, ['corrupted'])
  await verified(await backUp(), 'passed')
  assert.deepEqual((await safetyOf(given)).codes, [])

  await db.updateTable('databases').set({ archived: false }).where('id', '=', id).execute()
  assert.deepEqual((await safetyOf(given)).codes, ['archive-off'])
})
