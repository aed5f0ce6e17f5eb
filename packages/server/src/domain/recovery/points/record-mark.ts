import type { TaskReport } from '@croft/protocol'
import type { Executor } from '../../../platform/db/connect.ts'
import type { StoredTask } from '../../../platform/db/stored-messages.ts'
import type { Signals } from '../../../platform/signals/index.ts'
import { systemCall } from '../../access/index.ts'
import { recordEvent } from '../../events/index.ts'

/** Brings a restore point up to what its agent reports of the mark, in the report's transaction. */
export async function recordMark(
  tx: Executor,
  signals: Signals,
  task: Extract<StoredTask, { kind: 'mark-restore-point' }>,
  report: TaskReport,
): Promise<void> {
  if (report.state === 'running') return
  const row = await tx
    .updateTable('restore_points')
    .set(changesOf(report))
    .where('id', '=', task.restorePointId)
    .where('state', '=', 'running')
    .returning(['id', 'database_id', 'name', 'state', 'error'])
    .executeTakeFirst()
  if (!row) return
  const { workspace_id } = await tx
    .selectFrom('databases')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .select('projects.workspace_id')
    .where('databases.id', '=', row.database_id)
    .executeTakeFirstOrThrow()
  await recordEvent(tx, systemCall('restore-points', task.id), {
    workspaceId: workspace_id,
    action: `restore-point.${row.state}`,
    subjectType: 'restore-point',
    subjectId: row.id,
    after: {
      databaseId: row.database_id,
      name: row.name,
      ...(row.error === null ? {} : { error: row.error }),
    },
  })
  await signals.send(tx, 'database', row.database_id)
}

function changesOf({ state, restoreMark, fault }: TaskReport) {
  if (state === 'done' && restoreMark) {
    const { at, lsn, chain } = restoreMark
    return { state: 'completed', at: new Date(at), lsn, chain } as const
  }
  return { state: 'failed', error: fault?.message ?? 'The agent reported no result.' } as const
}
