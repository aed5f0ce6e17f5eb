import type { TaskReport } from '@croft/protocol'
import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { StoredTask } from '../../platform/db/stored-messages.ts'
import { addJob } from '../../platform/queue/index.ts'
import { systemCall } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { SCHEDULE_BACKUPS_JOB } from '../targets/index.ts'

type BackupTask = Extract<StoredTask, { kind: 'backup' }>

/** Brings a backup's row up to what its agent reports of making it, in the report's transaction. */
export async function recordBackup(tx: Executor, task: BackupTask, report: TaskReport): Promise<void> {
  const changes = changesOf(task, report)
  const row = await tx
    .updateTable('backups')
    .from('databases')
    .whereRef('databases.id', '=', 'backups.database_id')
    .set(changes)
    .where('backups.id', '=', task.backupId)
    .where('backups.state', '=', 'running')
    .returning(['backups.id', 'backups.database_id', 'databases.project_id'])
    .executeTakeFirst()
  if (!row || report.state === 'running') return
  // Of the chain that went on when it ended, which may be another than when it was asked for.
  await addJob(tx, SCHEDULE_BACKUPS_JOB, {}, { key: SCHEDULE_BACKUPS_JOB })
  const project = await tx
    .selectFrom('projects')
    .select('workspace_id')
    .where('id', '=', row.project_id)
    .executeTakeFirstOrThrow()
  await recordEvent(tx, systemCall('backups', task.id), {
    workspaceId: project.workspace_id,
    action: `backup.${changes.state}`,
    subjectType: 'backup',
    subjectId: row.id,
    after: { databaseId: row.database_id, ...(report.fault ? { error: report.fault.message } : {}) },
  })
}

function changesOf(task: BackupTask, report: TaskReport) {
  const { backup, fault, progress } = report
  if (report.state === 'running') return { state: 'running', progress: progress ?? null } as const
  if (report.state === 'done' && backup) {
    const { kind = 'full', parentKey } = backup
    return {
      state: backup.skipped ? 'skipped' : 'completed',
      key: backup.key,
      version: backup.version,
      size_bytes: Math.round(backup.sizeBytes),
      stored_bytes: Math.round(backup.storedBytes),
      mark: backup.mark,
      progress: null,
      // Retention and the order of backups go by it, so a host whose clock is wrong must not set it.
      completed_at: sql<Date>`least(now(), greatest(backups.created_at, ${new Date(backup.completedAt)}))`,
      kind,
      // The agent makes a full one when it cannot go on from the parent that it was given.
      ...(kind === 'full' || backup.skipped || parentKey !== task.parentKey ? { parent_id: null } : {}),
      chain: backup.chain ?? null,
      start_lsn: backup.startLsn ?? null,
      consistent_at: backup.consistentAt === undefined ? null : new Date(backup.consistentAt),
    } as const
  }
  const error = fault?.message ?? 'The agent reported no result.'
  return { state: 'failed', error, progress: null, parent_id: null, completed_at: new Date() } as const
}
