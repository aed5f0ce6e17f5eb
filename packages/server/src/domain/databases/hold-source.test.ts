import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createArchivedDatabase } from '../../../test/archived-database.ts'
import { transact } from '../../platform/db/transact.ts'
import { findSource } from './find-source.ts'
import { holdSource } from './hold-source.ts'

test('what is removed between the look-up and the making is told', async (t) => {
  const given = await createArchivedDatabase(t)
  const { platform, id: databaseId } = given
  const { db, system } = platform
  await given.archive()
  const backupId = await given.backUp()
  const backup = await findSource(db, system, { type: 'backup', databaseId, backupId })
  const moment = await findSource(db, system, { type: 'database', databaseId, at: new Date().toISOString() })
  const hold = ({ shown, origin }: typeof backup) => transact(db, (tx) => holdSource(tx, shown, origin))
  await hold(backup)
  await hold(moment)
  await db.updateTable('archive_chains').set({ removed_at: new Date() }).execute()
  await assert.rejects(hold(moment), { code: 'point-outside-window' })
  await hold(backup)
  await db.updateTable('backups').set({ state: 'deleting' }).execute()
  await assert.rejects(hold(backup), { code: 'backup-not-found' })
  await db.updateTable('databases').set({ purged_at: new Date() }).execute()
  await assert.rejects(hold(backup), { code: 'database-not-found' })
})

test('without a backup a restore needs the archive from its beginning', async (t) => {
  const given = await createArchivedDatabase(t)
  const { db, system } = given.platform
  await given.archive()
  const at = new Date().toISOString()
  const { shown, origin } = await findSource(db, system, { type: 'database', databaseId: given.id, at })
  await db.updateTable('archive_chains').set({ trimmed_lsn: '0/2000000' }).execute()
  await assert.rejects(
    transact(db, (tx) => holdSource(tx, shown, origin)),
    { code: 'point-outside-window' },
  )
})
