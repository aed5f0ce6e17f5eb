import type { Task, TaskReport } from '@croft/protocol'
import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { systemCall } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'

/** Brings a backup's row up to what its agent reports of the task, in the report's transaction. */
export async function recordBackup(tx: Executor, task: Task, report: TaskReport): Promise<void> {
  if (task.kind === 'delete-backup') return recordDeletion(tx, task.backupId, report)
  if (task.kind !== 'backup') return
  const changes = changesOf(report)
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

function changesOf(report: TaskReport) {
  const { backup, fault, progress } = report
  if (report.state === 'running') return { state: 'running', progress: progress ?? null } as const
  if (report.state === 'done' && backup) {
    return {
      state: backup.skipped ? 'skipped' : 'completed',
      key: backup.key,
      version: backup.version,
      size_bytes: Math.round(backup.sizeBytes),
      stored_bytes: Math.round(backup.storedBytes),
      mark: backup.mark,
      progress: null,
      completed_at: new Date(backup.completedAt),
    } as const
  }
  const error = fault?.message ?? 'The agent reported no result.'
  return { state: 'failed', error, progress: null, completed_at: new Date() } as const
}

async function recordDeletion(tx: Executor, backupId: string, report: TaskReport): Promise<void> {
  if (report.state === 'running') return
  // A failed deletion goes back to where the next run of the retention job finds it.
  await tx
    .updateTable('backups')
    .set(
      report.state === 'done'
        ? { state: 'deleted', key: null }
        : { state: sql`case when key is null then 'failed' else 'completed' end` },
    )
    .where('id', '=', backupId)
    .where('state', '=', 'deleting')
    .execute()
}
