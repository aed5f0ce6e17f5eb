import type { Db, Executor } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { getDatabase } from '../databases/index.ts'
import { engineOf } from '../engines/index.ts'

/** How a database is backed up. */
export interface BackupPolicy {
  readonly databaseId: string
  /** Null is the directory of its host. */
  readonly targetId: string | null
  /** Cron in UTC; null is the platform's. */
  readonly schedule: string | null
  readonly retentionDays: number
  readonly incremental: 'auto' | 'off'
  /** Whether what is stored from now on is encrypted with the database's own key. */
  readonly encryption: boolean
  /** Whether its changes are archived, so that it can be restored to any moment. */
  readonly archive: boolean
}

/** Authorizes nothing. */
export async function readPolicy(db: Executor, databaseId: string): Promise<BackupPolicy> {
  const row = await db
    .selectFrom('databases')
    .select([
      'backup_target_id',
      'backup_schedule',
      'backup_retention_days',
      'backup_incremental',
      'backup_encryption',
      'archived',
      'engine',
    ])
    .where('id', '=', databaseId)
    .executeTakeFirstOrThrow()
  return {
    databaseId,
    targetId: row.backup_target_id,
    schedule: row.backup_schedule,
    retentionDays: row.backup_retention_days,
    incremental: row.backup_incremental,
    encryption: row.backup_encryption,
    archive: row.archived && engineOf(row.engine).archived,
  }
}

/** Throws `database-not-found`. */
export async function getPolicy(db: Db, call: Call, databaseId: string): Promise<BackupPolicy> {
  const { id } = await getDatabase(db, call, databaseId)
  return readPolicy(db, id)
}
