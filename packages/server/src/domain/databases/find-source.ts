import type { Origin } from '@croft/protocol'
import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import type { Source } from './entities.ts'
import { getDatabase } from './get-database.ts'

export interface FoundSource {
  readonly engine: string
  readonly version: string
  /** Backups in a directory and live copies can only be read on the host they are on. */
  readonly targetId: string
  readonly origin: Origin
}

/**
 * Looks up what a copy is to be made from, which the caller must be able to read. Throws `database-not-found`,
 * `backup-not-found`, `database-not-ready`, `backup-not-restorable`.
 */
export async function findSource(
  db: Executor,
  call: Call,
  source: Exclude<Source, { type: 'empty' }>,
): Promise<FoundSource> {
  const database = await getDatabase(db, call, source.databaseId)
  const instance = await db
    .selectFrom('instances')
    .select(['id', 'target_id'])
    .where('database_id', '=', database.id)
    .executeTakeFirstOrThrow()
  if (source.type === 'database') {
    if (database.state !== 'ready') {
      throw new CroftError('database-not-ready', `The source database is ${database.state}.`, {
        hint: 'Copy it once it is ready.',
      })
    }
    return {
      engine: database.engine,
      version: database.version,
      targetId: instance.target_id,
      origin: { type: 'instance', instanceId: instance.id },
    }
  }
  const backup = await db
    .selectFrom('backups')
    .selectAll()
    .where('id', '=', source.backupId)
    .where('database_id', '=', database.id)
    .where('state', 'not in', ['skipped', 'deleting', 'deleted'])
    // Within a transaction this keeps the backup from being expired until it is noted who reads it.
    .forShare()
    .executeTakeFirst()
  if (!backup) throw new CroftError('backup-not-found', 'There is no backup with this id of this database.')
  if (backup.state !== 'completed' || backup.key === null || backup.version === null) {
    throw new CroftError('backup-not-restorable', `The backup is ${backup.state}, not completed.`)
  }
  return {
    engine: database.engine,
    version: backup.version,
    targetId: instance.target_id,
    origin: { type: 'backup', backupId: backup.id, key: backup.key, target: backup.target },
  }
}
