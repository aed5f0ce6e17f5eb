import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { getBackupTarget } from '../backup-targets/index.ts'
import { requireDeployment } from '../deployments/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../sorted-page.ts'
import type { BackupPlan } from './entities.ts'
import { backupColumns, backupFields } from './plan-fields.ts'
import { PLAN_STATE, selectPlans, toPlan } from './read-plans.ts'

export interface PlanFilter {
  readonly id?: string | undefined
  readonly clusterResourceName?: string | undefined
  readonly state?: string | undefined
  readonly suspended?: boolean | undefined
  readonly type?: string | undefined
  readonly level?: string | undefined
}

const COLUMNS = {
  id: sql.ref('backup_plans.id'),
  cluster_resource_name: sql.ref('backup_plans.cluster_resource_name'),
  created_at: sql.ref('backup_plans.created_at'),
  backup_type: sql.ref('backup_plans.type'),
  backup_level: sql.ref('backup_plans.level'),
}
export const PLAN_SORTS = Object.keys(COLUMNS)

export type PlansOf = { readonly deploymentId: string } | { readonly backupTargetId: string }

/** Those of a deployment, or that store in a backup target. Throws `database-not-found`, `backup-target-not-found`. */
export async function listPlans(
  db: Db,
  call: Call,
  of: PlansOf,
  filter: PlanFilter,
  page: SortedPageRequest,
): Promise<SortedPage<BackupPlan>> {
  if ('deploymentId' in of) await requireDeployment(db, call, of.deploymentId)
  else await getBackupTarget(db, call, of.backupTargetId)
  const { where, exact } = filterOf(call.principal, 'read', 'backups', backupColumns('backup_plans'))
  const conditions = [
    'deploymentId' in of
      ? sql<boolean>`backup_plans.deployment_id = ${of.deploymentId}`
      : sql<boolean>`backup_plans.backup_target_id = ${of.backupTargetId}`,
    filter.id && sql<boolean>`backup_plans.id = ${filter.id}`,
    filter.clusterResourceName !== undefined &&
      sql<boolean>`backup_plans.cluster_resource_name = ${filter.clusterResourceName}`,
    filter.state !== undefined && sql<boolean>`${PLAN_STATE} = ${filter.state}`,
    filter.suspended !== undefined && sql<boolean>`backup_plans.suspended = ${filter.suspended}`,
    filter.type !== undefined && sql<boolean>`backup_plans.type = ${filter.type}`,
    filter.level !== undefined && sql<boolean>`backup_plans.level = ${filter.level}`,
  ]
  const isReadable = (plan: BackupPlan) => isAllowed(call.principal, 'read', 'backups', backupFields(plan))
  return readSortedPage(
    {
      query: conditions.reduce(
        (query, condition) => (condition ? query.where(condition) : query),
        selectPlans(db).where(where),
      ),
      columns: COLUMNS,
      id: sql.ref('backup_plans.id'),
      toItem: toPlan,
      ...(exact ? {} : { isReadable }),
    },
    page,
  )
}
