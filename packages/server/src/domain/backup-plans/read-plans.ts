import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type Action, authorizeFound, type Call } from '../access/index.ts'
import type { BackupPlan } from './entities.ts'
import { backupFields } from './plan-fields.ts'

/**
 * `pending` until the first backup has reached a host: it may be away, or another backup of the database goes on.
 * What is on a schedule is ours to remember and waits for nobody.
 */
export const PLAN_STATE = sql<BackupPlan['state']>`case
  when backup_plans.state = 'pending' and not backup_plans.local_only and exists (
    select from backup_jobs j join backups b on b.id = j.backup_id
      left join agent_tasks t on t.id = b.task_id
    where j.backup_plan_id = backup_plans.id and (b.state <> 'running' or t.state is distinct from 'pending'))
  then 'created' else backup_plans.state end`

/** Plans that are there, also while they are being removed; callers add conditions and an order. */
export function selectPlans(db: Executor) {
  return db
    .selectFrom('backup_plans')
    .innerJoin('deployments', 'deployments.id', 'backup_plans.deployment_id')
    .leftJoin('databases', 'databases.id', 'deployments.database_id')
    .innerJoin('projects', (join) =>
      join.on(sql<boolean>`projects.id = coalesce(databases.project_id, backup_plans.project_id)`),
    )
    .innerJoin('workspaces', 'workspaces.id', 'projects.workspace_id')
    .where('backup_plans.deleted_at', 'is', null)
    .where((eb) =>
      eb.or([eb('databases.quarantined_at', 'is', null), eb('databases.deleted_at', 'is not', null)]),
    )
    .selectAll('backup_plans')
    .select([
      'projects.id as project_id',
      'projects.workspace_id',
      'workspaces.organization_id',
      'deployments.database_id',
      'deployments.data_service_id',
      'deployments.deployment_target_id',
      'deployments.namespace_id',
      PLAN_STATE.as('shown_state'),
    ])
}
type Row = Awaited<ReturnType<ReturnType<typeof selectPlans>['execute']>>[number]

export const toPlan = (row: Row): BackupPlan => ({
  id: row.id,
  organizationId: row.organization_id,
  workspaceId: row.workspace_id,
  projectId: row.project_id,
  deploymentId: row.deployment_id,
  deploymentName: row.deployment_name,
  databaseId: row.database_id,
  clusterResourceName: row.cluster_resource_name,
  dataServiceId: row.data_service_id,
  deploymentTargetId: row.deployment_target_id,
  namespaceId: row.namespace_id,
  backupTargetId: row.backup_target_id,
  policyId: row.backup_policy_id,
  type: row.type,
  level: row.level,
  schedule: row.schedule,
  jobHistoryLimit: row.job_history_limit,
  reclaimPolicy: row.reclaim_policy,
  state: row.shown_state,
  suspended: row.suspended,
  localOnly: row.local_only,
  error: row.error,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export const PLAN_NOT_FOUND = {
  code: 'backup-not-found',
  message: 'There is no backup with this id, or it is not accessible.',
} as const

/** The plan, if the caller may do this to it. Throws `backup-not-found`, `forbidden`. */
export async function getPlan(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
): Promise<BackupPlan> {
  const row = await selectPlans(db).where('backup_plans.id', '=', id).executeTakeFirst()
  const found = row && toPlan(row)
  return authorizeFound(call.principal, action, 'backups', found, backupFields, PLAN_NOT_FOUND)
}

/** Holds the plan's row for a change. Throws `backup-not-found` for one that is being removed, too. */
export async function lockPlan(tx: Executor, id: string): Promise<void> {
  const row = await tx
    .selectFrom('backup_plans')
    .select('id')
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .where('deleting_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new CroftError(PLAN_NOT_FOUND.code, PLAN_NOT_FOUND.message)
}

/** Of one deployment, oldest first. Authorizes nothing. */
export async function plansOf(db: Executor, deploymentId: string): Promise<BackupPlan[]> {
  const rows = await selectPlans(db)
    .where('backup_plans.deployment_id', '=', deploymentId)
    .orderBy('backup_plans.created_at')
    .orderBy('backup_plans.id')
    .execute()
  return rows.map(toPlan)
}
