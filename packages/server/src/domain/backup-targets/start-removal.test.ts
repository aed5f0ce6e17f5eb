import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPlatform } from '../../../test/platform.ts'
import { newId } from '../../platform/ids/index.ts'

test('a removal that was forced stays so when it is asked for once more', async (t) => {
  const { db, domain, system, workspaces } = await createPlatform(t)
  const id = newId()
  await db
    .insertInto('backup_targets')
    .values({ id, workspace_id: workspaces[0].id, name: 'store', type: 'directory', config: { path: '/b' } })
    .execute()
  const forced = async () =>
    (
      await db
        .selectFrom('backup_targets')
        .select('deletion_forced')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).deletion_forced
  await domain.backupTargets.removeBackupTarget(system, id, { force: false })
  assert.equal(await forced(), false)
  await domain.backupTargets.removeBackupTarget(system, id, { force: true })
  await domain.backupTargets.removeBackupTarget(system, id, { force: false })
  assert.equal(await forced(), true)
})
