import type { Executor } from '../../platform/db/connect.ts'
import { authorize, type Call } from '../access/index.ts'
import { requirePolicy } from '../backup-policies/index.ts'
import { requireUsableTarget } from '../backup-targets/index.ts'
import { recordEvent } from '../events/index.ts'
import { assertBackedUp } from './assert-backed-up.ts'
import { insertPlan, type PlannedDeployment } from './insert-plan.ts'
import { backupFields } from './plan-fields.ts'

export interface WantedSchedule {
  readonly policyId: string
  readonly targetId: string
}

/**
 * Has a deployment backed up as a policy says from now on, or by none (null). Each schedule of the policy makes one plan;
 * those of another policy or target are suspended and keep what they have made. The same once more changes nothing. What
 * the policy says later is for deployments that are given it later. Runs in the caller's transaction, which holds the
 * deployment. Throws `not-applicable`, `forbidden`.
 */
export async function setScheduledBackup(
  tx: Executor,
  call: Call,
  deployment: PlannedDeployment,
  wanted: WantedSchedule | null,
): Promise<void> {
  const active = await tx
    .selectFrom('backup_plans')
    .select(['id', 'backup_policy_id', 'backup_target_id'])
    .where('deployment_id', '=', deployment.id)
    .where('backup_policy_id', 'is not', null)
    .where('suspended', '=', false)
    .where('deleted_at', 'is', null)
    .where('deleting_at', 'is', null)
    .execute()
  const isSame = (plan: (typeof active)[number]) =>
    plan.backup_policy_id === wanted?.policyId && plan.backup_target_id === wanted?.targetId
  if (wanted === null && active.length === 0) return
  if (active.length > 0 && active.every(isSame)) return
  const fields = backupFields({ ...deployment, id: '', deploymentId: deployment.id })
  authorize(call.principal, 'create', 'backups', fields)
  if (active.length > 0) await suspend(tx, call, deployment, active)
  if (wanted === null) return
  assertBackedUp(deployment.dataServiceId)
  const { workspaceId } = deployment
  const policy = await requirePolicy(tx, workspaceId, wanted.policyId)
  await requireUsableTarget(tx, workspaceId, wanted.targetId)
  for (const schedule of policy.schedules) {
    await insertPlan(tx, call, deployment, {
      backupTargetId: wanted.targetId,
      type: 'scheduled',
      level: schedule.type === 'full' ? 'snapshot' : 'incremental',
      schedule: schedule.schedule,
      jobHistoryLimit: schedule.retention_count,
      localOnly: deployment.localOnly,
      policy: { id: policy.id, scheduleId: schedule.id },
    })
  }
}

async function suspend(
  tx: Executor,
  call: Call,
  { id, workspaceId }: PlannedDeployment,
  plans: readonly { readonly id: string }[],
): Promise<void> {
  await tx
    .updateTable('backup_plans')
    .set({ suspended: true, updated_at: new Date() })
    .where(
      'id',
      'in',
      plans.map((plan) => plan.id),
    )
    .execute()
  for (const plan of plans) {
    await recordEvent(tx, call, {
      workspaceId,
      action: 'backup-plan.suspended',
      subjectType: 'backup-plan',
      subjectId: plan.id,
      after: { deploymentId: id },
    })
  }
}
