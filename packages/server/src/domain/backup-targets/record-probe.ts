import type { TaskReport } from '@croft/protocol'
import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { StoredTask } from '../../platform/db/stored-messages.ts'
import { systemCall } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { failsElsewhere, recordState } from './states/record-state.ts'
import { STATE_FAULTS } from './states/target-state.ts'

type Probe = Extract<StoredTask, { kind: 'probe-target' }>

/**
 * Notes whether a host could store something there. The target as a whole is failing while any host that is connected
 * cannot; an event when that has changed.
 */
export async function recordProbe(tx: Executor, task: Probe, report: TaskReport): Promise<void> {
  if (report.state === 'running') return
  const { backupTargetId } = task
  const before = await tx
    .selectFrom('backup_targets')
    .select(['workspace_id', 'name', 'state', 'state_message'])
    .where('id', '=', backupTargetId)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (!before) return
  const asked = await tx
    .selectFrom('agent_tasks')
    .select('target_id')
    .where('id', '=', task.id)
    .executeTakeFirst()
  if (!asked || (await isAskedAnew(tx, task, asked.target_id))) return
  const failed = report.state === 'done' ? null : (report.fault?.message ?? 'The host did not say why.')
  const host = { backupTargetId, workspaceId: before.workspace_id, hostId: asked.target_id }
  const fault = failed === null ? null : { ...STATE_FAULTS.notCreated, details: failed }
  await recordState(tx, { ...host, fault })
  if (failed === null && before.state === 'failing' && (await failsElsewhere(tx, host))) return
  const state = failed === null ? 'ok' : 'failing'
  await tx
    .updateTable('backup_targets')
    .set({ state, state_message: failed, probed_at: new Date() })
    .where('id', '=', backupTargetId)
    .execute()
  if (before.state === state) return
  await recordEvent(tx, systemCall('backup-targets', task.id), {
    workspaceId: before.workspace_id,
    action: `backup-target.${state}`,
    subjectType: 'backup-target',
    subjectId: backupTargetId,
    before: { state: before.state },
    after: { name: before.name, state, ...(failed === null ? {} : { message: failed }) },
  })
}

/** Its credentials have changed since this was asked: what it found says nothing any more. */
async function isAskedAnew(tx: Executor, { id, backupTargetId }: Probe, hostId: string): Promise<boolean> {
  const newer = await tx
    .selectFrom('agent_tasks')
    .select('id')
    .where('target_id', '=', hostId)
    .where('finished_at', 'is', null)
    .where('id', '>', id)
    .where(sql<boolean>`task->>'backupTargetId' = ${backupTargetId}`)
    .limit(1)
    .executeTakeFirst()
  return newer !== undefined
}
