import type { TaskReport } from '@croft/protocol'
import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { StoredTask } from '../../platform/db/stored-messages.ts'
import { addJob } from '../../platform/queue/index.ts'
import { EXPIRE_BACKUPS_JOB } from '../databases/index.ts'
import { SCHEDULE_BACKUPS_JOB } from '../targets/index.ts'

/** Notes that a backup is gone; one that could not be removed goes back to where the next run finds it. */
export async function recordDeletion(
  tx: Executor,
  task: Extract<StoredTask, { kind: 'delete-backup' }>,
  report: TaskReport,
): Promise<void> {
  if (report.state === 'running') return
  const row = await tx
    .updateTable('backups')
    .set(
      report.state === 'done'
        ? { state: 'deleted', key: null }
        : { state: sql`case when key is null then 'failed' else 'completed' end` },
    )
    .where('id', '=', task.backupId)
    .where('state', '=', 'deleting')
    .returning('instance_id')
    .executeTakeFirst()
  if (!row || report.state !== 'done') return
  // The plan that it was made by may go now, and so may what it was made on.
  await addJob(tx, SCHEDULE_BACKUPS_JOB, {}, { key: SCHEDULE_BACKUPS_JOB })
  await goOnPurging(tx, row.instance_id)
}

/** Notes that an archive is gone, or that it has to be asked for again. What a trim leaves, the next one takes. */
export async function recordTrim(
  tx: Executor,
  task: Extract<StoredTask, { kind: 'trim-archive' }>,
  report: TaskReport,
): Promise<void> {
  if (report.state === 'running' || task.beforeLsn !== null) return
  await tx
    .updateTable('archive_chains')
    .set(report.state === 'done' ? { cleared_at: new Date() } : { removed_at: null })
    .where('instance_id', '=', task.instanceId)
    .where('chain', '=', task.chain)
    .where('cleared_at', 'is', null)
    .execute()
  if (report.state === 'done') await goOnPurging(tx, task.instanceId)
}

/** When it was the last of a deleted database, its key may go. */
async function goOnPurging(tx: Executor, instanceId: string): Promise<void> {
  const deleted = await tx
    .selectFrom('instances')
    .innerJoin('databases', 'databases.id', 'instances.database_id')
    .select('databases.id')
    .where('instances.id', '=', instanceId)
    .where('databases.deleted_at', 'is not', null)
    .executeTakeFirst()
  if (deleted) await addJob(tx, EXPIRE_BACKUPS_JOB, {}, { key: EXPIRE_BACKUPS_JOB })
}
