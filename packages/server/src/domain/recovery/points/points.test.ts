import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ArchivedDatabase, createArchivedDatabase } from '../../../../test/archived-database.ts'
import { codeOf } from '../../../../test/oauth.ts'
import { newId } from '../../../platform/ids/new-id.ts'
import { expirePoints } from '../index.ts'

const create = ({ platform, id }: ArchivedDatabase, name: string, call = platform.system) =>
  platform.domain.recovery.createPoint(call, { databaseId: id, name })

const mark = { at: new Date(Date.now() - 60_000).toISOString(), lsn: '0/3000000', chain: 'c1' }
const named = (given: ArchivedDatabase, pointId: string) =>
  given.asked('mark-restore-point', ({ restorePointId }) => restorePointId === pointId)

/** Sets a restore point, which the agent has marked. */
async function set(given: ArchivedDatabase, name: string, restoreMark = mark) {
  const call = { ...given.platform.system, resourceId: newId() }
  const creating = create(given, name, call)
  const task = await named(given, call.resourceId)
  assert.equal(task.instanceId, given.instanceId)
  await given.report(task, { state: 'done', restoreMark })
  return creating
}

test('a restore point is set, listed, restored to by name or id, and deleted', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, id, instanceId, wanted } = given
  const { recovery, databases } = platform.domain
  await given.archive()
  const point = await set(given, 'before-migration')
  assert.deepEqual([point.state, point.restorable, point.lsn], ['completed', true, mark.lsn])
  assert.equal(await codeOf(create(given, 'before-migration')), 'name-taken')
  const page = { limit: 10, after: null }
  const list = async () => (await recovery.listPoints(platform.system, { databaseId: id, page })).items
  assert.deepEqual(
    (await list()).map(({ name }) => name),
    ['before-migration'],
  )
  for (const [epoch, restorePoint] of [
    [2, point.name],
    [3, point.id],
  ] as const) {
    const restored = await databases.restoreDatabase(platform.system, id, {
      type: 'database',
      databaseId: id,
      restorePoint,
    })
    assert.deepEqual(restored.source, { type: 'database', databaseId: id, restorePoint: point.name })
    const { origin } = await wanted(epoch)
    assert.ok(origin.type === 'backup')
    assert.deepEqual(origin.recovery, { instanceId, chain: 'c1', until: { type: 'mark', id: point.id } })
    await platform.db.updateTable('databases').set({ state: 'ready' }).where('id', '=', id).execute()
  }
  await recovery.deletePoint(platform.system, point.id)
  assert.deepEqual(await list(), [])
  assert.equal(await codeOf(recovery.getPoint(platform.system, point.id)), 'restore-point-not-found')
  assert.equal((await set(given, 'before-migration')).state, 'completed')
})

test('a mark that could not be set has failed, with the reason, and its name is free', async (t) => {
  const given = await createArchivedDatabase(t)
  await given.archive()
  const call = { ...given.platform.system, resourceId: newId() }
  const creating = create(given, 'x', call)
  const fault = { code: 'server-crashed', message: 'The server has crashed.' }
  await given.report(await named(given, call.resourceId), { state: 'failed', fault })
  const { state, error, restorable } = await creating
  assert.deepEqual([state, error, restorable], ['failed', fault.message, false])
  // The same call again, whose answer was lost.
  assert.equal((await create(given, 'x', call)).id, call.resourceId)
  assert.equal((await set(given, 'x')).state, 'completed')
})

test('a restore point whose archive is out of reach is shown as such, and goes with the retention', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, id } = given
  const { recovery } = platform.domain
  await given.archive()
  const other = await set(given, 'other', { ...mark, chain: 'c0' })
  assert.equal(other.restorable, false)
  const restoring = platform.domain.databases.restoreDatabase(platform.system, id, {
    type: 'database',
    databaseId: id,
    restorePoint: 'other',
  })
  assert.equal(await codeOf(restoring), 'point-outside-window')
  const point = await set(given, 'old')
  await expirePoints(platform.db)
  assert.equal((await recovery.getPoint(platform.system, point.id)).restorable, true)
  await platform.db
    .updateTable('restore_points')
    .set({ at: new Date('2026-01-01') })
    .where('id', '=', point.id)
    .execute()
  assert.equal((await recovery.getPoint(platform.system, point.id)).restorable, false)
  await expirePoints(platform.db)
  assert.equal(await codeOf(recovery.getPoint(platform.system, point.id)), 'restore-point-not-found')
})

test('without a host, an archive or a database that is ready, no restore point is set', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, id } = given
  const change = (changes: { state?: 'recovering' | 'ready'; archived?: boolean }) =>
    platform.db.updateTable('databases').set(changes).where('id', '=', id).execute()
  await change({ state: 'recovering' })
  assert.equal(await codeOf(create(given, 'x')), 'database-not-ready')
  await change({ state: 'ready', archived: false })
  assert.equal(await codeOf(create(given, 'x')), 'database-not-ready')
  await change({ archived: true })
  await platform.db.updateTable('targets').set({ connected_at: null }).execute()
  assert.equal(await codeOf(create(given, 'x')), 'unavailable')
})

test('while the archive goes on from no backup, no restore point is set: it could never be restored to', async (t) => {
  const given = await createArchivedDatabase(t)
  await given.archive({ baseKey: null })
  assert.equal(await codeOf(create(given, 'too-early')), 'database-not-ready')
  await given.backUp({ consistentAt: new Date(Date.now() - 120_000).toISOString() })
  assert.equal((await set(given, 'in-time')).restorable, true)
})
