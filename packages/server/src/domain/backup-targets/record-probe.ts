import type { TaskReport } from '@croft/protocol'
import type { Executor } from '../../platform/db/connect.ts'
import type { StoredTask } from '../../platform/db/stored-messages.ts'
import { systemCall } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'

/** Notes whether a host could store something there; an event when that has changed. */
export async function recordProbe(
  tx: Executor,
  task: Extract<StoredTask, { kind: 'probe-target' }>,
  report: TaskReport,
): Promise<void> {
  if (report.state === 'running') return
  const before = await tx
    .selectFrom('backup_targets')
    .select(['workspace_id', 'name', 'state', 'state_message'])
    .where('id', '=', task.backupTargetId)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (!before) return
  const state = report.state === 'done' ? 'ok' : 'failing'
  const message = state === 'ok' ? null : (report.fault?.message ?? 'The host did not say why.')
  await tx
    .updateTable('backup_targets')
    .set({ state, state_message: message, probed_at: new Date() })
    .where('id', '=', task.backupTargetId)
    .execute()
  if (before.state === state) return
  await recordEvent(tx, systemCall('backup-targets', task.id), {
    workspaceId: before.workspace_id,
    action: `backup-target.${state}`,
    subjectType: 'backup-target',
    subjectId: task.backupTargetId,
    before: { state: before.state },
    after: { name: before.name, state, ...(message === null ? {} : { message }) },
  })
}
