import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { type Call, madeBefore } from '../access/index.ts'
import { engineOf } from '../engines/index.ts'
import { recordEvent } from '../events/index.ts'
import { lockProject } from '../tenancy/index.ts'
import type { Database, SourceWish } from './entities.ts'
import { type FoundSource, findSource } from './find-source.ts'
import { getDatabase } from './get-database.ts'
import { holdSource } from './hold-source.ts'
import { touchInstance } from './touch-instance.ts'

/** What an existing database's data can be replaced by. */
export type RestoreSource = Exclude<SourceWish, { type: 'empty' }>

/**
 * Replaces a database's data by that of a backup or of a moment of an archive, its own or another database's, or by a
 * copy of another database. Answers at once with state `recovering`; connections keep their credentials. The old data
 * stays on its host until the new server has answered, and goes on serving if it does not. Throws
 * `database-not-ready`, `unavailable`, and what `findSource` throws.
 */
export async function restoreDatabase(
  deps: { db: Db; signals: Signals },
  call: Call,
  id: string,
  from: RestoreSource,
): Promise<Database> {
  return transact(deps.db, async (tx) => {
    const seen = await getDatabase(tx, call, id, 'update')
    await lockProject(tx, call, seen.project.id, null)
    const database = await getDatabase(tx, call, id, 'update')
    if (await madeBefore(tx, call, 'restores')) return database
    const source = await findSource(tx, call, from)
    await holdSource(tx, source.shown, source.origin)
    const instance = await lockRestorable(tx, database)
    assertFits(source, database, instance)
    const epoch = instance.last_epoch + 1
    const { shown, origin, backupId, until } = source
    await tx
      .updateTable('databases')
      .set({ state: 'recovering', state_message: null, source: { ...shown } })
      .where('id', '=', id)
      .execute()
    await tx
      .insertInto('restores')
      .values({
        id: call.resourceId ?? newId(),
        database_id: id,
        backup_id: backupId,
        until: until ?? (shown.type === 'backup' ? null : { type: 'latest' }),
        epoch,
        state: 'running',
      })
      .execute()
    await touchInstance(tx, deps.signals, id, { epoch, last_epoch: epoch, origin })
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

async function lockRestorable(tx: Executor, database: Database) {
  const instance = await tx
    .selectFrom('instances')
    .innerJoin('databases', 'databases.id', 'instances.database_id')
    .select(['instances.id', 'instances.target_id', 'instances.last_epoch', 'databases.state'])
    .where('database_id', '=', database.id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  // One that was ready once and has lost its data may be restored too.
  if (instance.state === 'ready' || (instance.state === 'failed' && database.readyAt !== null))
    return instance
  throw new CroftError('database-not-ready', `The database is ${instance.state}.`, {
    hint: 'Restore it once it is ready.',
  })
}

function assertFits(
  source: FoundSource,
  database: Database,
  instance: { readonly id: string; readonly target_id: string },
): void {
  const { origin } = source
  if (origin.type === 'instance' && origin.instanceId === instance.id) {
    throw new CroftError('invalid-input', 'A database cannot be replaced by a copy of itself.', {
      hint: 'Say to which moment it is to be restored.',
      fields: [{ path: '/source/at', message: 'is required for a restore of the database itself' }],
    })
  }
  if (source.engine !== database.engine || source.version !== database.version) {
    const made = `${source.engine} ${source.version}`
    throw new CroftError('backup-not-restorable', `The source is ${made}, the database is not.`, {
      hint: 'Restore it into a new database.',
    })
  }
  const name = source.databaseName ?? engineOf(source.engine).usualDatabase
  if (name !== database.databaseName) {
    const message = `The database is called ${name} in the source, and ${database.databaseName} here; logins name it.`
    throw new CroftError('backup-not-restorable', message, { hint: 'Restore it into a new database.' })
  }
  if (source.targetId === instance.target_id) return
  if (source.bound) {
    throw new CroftError('backup-not-restorable', 'The source lies on another host than the database.', {
      hint: 'Restore it into a new database, which is made on that host.',
    })
  }
  if (source.lacksAfter !== null) {
    const reach = source.lacksAfter.toISOString()
    throw new CroftError('unavailable', `Of the source, changes until ${reach} have been archived so far.`, {
      hint: 'Try again in a few seconds, or choose an earlier moment.',
      retryAfter: 5,
    })
  }
}
