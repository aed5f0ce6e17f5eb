import { type SqlBool, sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { askDeletion } from './ask-removal.ts'
import { isBackupInUse } from './in-use.ts'

const BATCH = 200

/** Incremental ones are made on it. */
const isParent = sql<SqlBool>`exists (
  select from backups child
  where child.parent_id = backups.id and child.state in ('running', 'completed', 'deleting'))`

/**
 * Asks the agents to remove backups whose job was deleted. One that is being made or read, or that another is made on,
 * waits for a later run. Answers how many it asked for.
 */
export async function removeUnwanted(tx: Executor, signals: Signals): Promise<number> {
  const unwanted = await tx
    .selectFrom('backups')
    .innerJoin('backup_jobs', 'backup_jobs.backup_id', 'backups.id')
    .innerJoin('instances', 'instances.id', 'backups.instance_id')
    .select(['backups.id', 'backups.key', 'backups.target', 'backups.instance_id', 'instances.target_id'])
    .where('backup_jobs.deleted_at', 'is not', null)
    .where('backups.state', 'in', ['completed', 'failed'])
    .where((eb) => eb.not(isBackupInUse))
    .where((eb) => eb.not(isParent))
    .orderBy('backups.id')
    .limit(BATCH)
    .forUpdate(['backups'])
    .skipLocked()
    .execute()
  await askDeletion(tx, signals, unwanted)
  return unwanted.length
}
