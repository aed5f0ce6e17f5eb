import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { type Call, madeBefore } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { lockProject } from '../tenancy/index.ts'
import type { Database } from './entities.ts'
import { findSource } from './find-source.ts'
import { getDatabase } from './get-database.ts'
import { touchInstance } from './touch-instance.ts'

/**
 * Replaces a database's data by that of a backup, of its own or of another database. Answers at once with
 * state `recovering`; connections keep their credentials. The old data stays on its host until the new server
 * has answered, and goes on serving if it does not. Throws `database-not-ready`, `backup-not-found`,
 * `backup-not-restorable`.
 */
export async function restoreDatabase(
  deps: { db: Db; signals: Signals },
  call: Call,
  id: string,
  from: { databaseId: string; backupId: string },
): Promise<Database> {
  return transact(deps.db, async (tx) => {
    const seen = await getDatabase(tx, call, id, 'update')
    await lockProject(tx, call, seen.project.id, null)
    const database = await getDatabase(tx, call, id, 'update')
    if (await madeBefore(tx, call, 'restores')) return database
    const source = await findSource(tx, call, { type: 'backup', ...from })
    const instance = await tx
      .selectFrom('instances')
      .innerJoin('databases', 'databases.id', 'instances.database_id')
      .select(['instances.id', 'instances.target_id', 'instances.last_epoch', 'databases.state'])
      .where('database_id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    // One that was ready once and has lost its data may be restored too.
    const restorable =
      instance.state === 'ready' || (instance.state === 'failed' && database.readyAt !== null)
    if (!restorable) {
      throw new CroftError('database-not-ready', `The database is ${instance.state}.`, {
        hint: 'Restore it once it is ready.',
      })
    }
    if (source.engine !== database.engine || source.version !== database.version) {
      const made = `${source.engine} ${source.version}`
      throw new CroftError('backup-not-restorable', `The backup is of ${made}, the database is not.`, {
        hint: 'Restore it into a new database.',
      })
    }
    if (source.targetId !== instance.target_id) {
      throw new CroftError('backup-not-restorable', 'The backup lies on another host than the database.')
    }
    const epoch = instance.last_epoch + 1
    const shown = { type: 'backup', ...from }
    await tx
      .updateTable('databases')
      .set({ state: 'recovering', state_message: null, source: shown })
      .where('id', '=', id)
      .execute()
    await tx
      .insertInto('restores')
      .values({
        id: call.resourceId ?? newId(),
        database_id: id,
        backup_id: from.backupId,
        epoch,
        state: 'running',
      })
      .execute()
    await touchInstance(tx, deps.signals, id, { epoch, last_epoch: epoch, origin: source.origin })
    await recordEvent(tx, call, {
      workspaceId: database.workspaceId,
      action: 'database.restore-started',
      subjectType: 'database',
      subjectId: id,
      after: { source: shown },
    })
    return getDatabase(tx, call, id)
  })
}
