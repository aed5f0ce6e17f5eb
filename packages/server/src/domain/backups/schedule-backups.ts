import type { Logger } from 'pino'
import type { Db } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { systemCall } from '../access/index.ts'
import { startBackup } from './start-backup.ts'

/** Starts the daily backup of every ready database; agents skip those that nothing has written to. */
export async function scheduleBackups(
  deps: { db: Db; signals: Signals; log: Logger },
  jobId: string,
): Promise<void> {
  const call = systemCall('backup-schedule', jobId)
  const ready = await deps.db
    .selectFrom('databases')
    .select('id')
    .where('state', '=', 'ready')
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute()
  for (const { id } of ready) {
    try {
      await startBackup(deps, call, { databaseId: id, trigger: 'schedule', onlyIfChanged: true })
    } catch (error) {
      // Deleted or being restored since: one database must not keep the others from their backup.
      if (!(error instanceof CroftError)) throw error
      deps.log.warn({ databaseId: id, code: error.code }, 'no backup this time')
    }
  }
}
