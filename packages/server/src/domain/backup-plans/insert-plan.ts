import type { Executor } from '../../platform/db/connect.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Call } from '../access/index.ts'
import type { Deployment } from '../deployments/index.ts'
import { recordEvent } from '../events/index.ts'
import type { BackupPlan } from './entities.ts'

export type PlannedDeployment = Pick<
  Deployment,
  'id' | 'name' | 'workspaceId' | 'projectId' | 'namespaceId' | 'dataServiceId' | 'localOnly'
>

export interface NewPlan {
  readonly id?: string
  readonly backupTargetId: string
  readonly type: BackupPlan['type']
  readonly level: BackupPlan['level']
  readonly schedule: string | null
  readonly jobHistoryLimit: number | null
  readonly localOnly: boolean
  readonly policy?: { readonly id: string; readonly scheduleId: string }
}

/** Writes a plan down; nothing is backed up yet. Answers its id and its name on the target, which is made of the id. */
export async function insertPlan(
  tx: Executor,
  call: Call,
  deployment: PlannedDeployment,
  plan: NewPlan,
): Promise<{ id: string; clusterResourceName: string }> {
  const { id = newId() } = plan
  const clusterResourceName = `backup-${id}`
  await tx
    .insertInto('backup_plans')
    .values({
      id,
      workspace_id: deployment.workspaceId,
      project_id: deployment.projectId,
      deployment_id: deployment.id,
      deployment_name: deployment.name,
      cluster_resource_name: clusterResourceName,
      backup_target_id: plan.backupTargetId,
      backup_policy_id: plan.policy?.id ?? null,
      policy_schedule_id: plan.policy?.scheduleId ?? null,
      type: plan.type,
      level: plan.level,
      schedule: plan.schedule,
      job_history_limit: plan.jobHistoryLimit,
      // Whoever deletes a plan wants its backups gone.
      reclaim_policy: 'delete',
      // A schedule is kept here, where nothing has to be reached first.
      state: plan.type === 'scheduled' && !plan.localOnly ? 'created' : 'pending',
      local_only: plan.localOnly,
    })
    .execute()
  await recordEvent(tx, call, {
    workspaceId: deployment.workspaceId,
    action: 'backup-plan.created',
    subjectType: 'backup-plan',
    subjectId: id,
    after: { deploymentId: deployment.id, type: plan.type, schedule: plan.schedule },
  })
  return { id, clusterResourceName }
}
