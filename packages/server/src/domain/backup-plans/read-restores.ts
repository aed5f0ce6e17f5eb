import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { DatabaseState } from '../../platform/db/tables.ts'
import { type Action, authorizeFound, type Call } from '../access/index.ts'
import type { DeploymentRestore, RestoreStatus } from './entities.ts'
import { backupFields } from './plan-fields.ts'

/** What an agent of somebody else says of a restore. */
export interface RestoreReport {
  readonly completion_status?: string
  readonly start_time?: string
  readonly completion_time?: string
  readonly error_code?: string
}

export function selectRestores(db: Executor) {
  return db
    .selectFrom('deployment_restores')
    .innerJoin('deployments', 'deployments.id', 'deployment_restores.deployment_id')
    .leftJoin('databases', 'databases.id', 'deployments.database_id')
    .leftJoin('instances', 'instances.database_id', 'databases.id')
    .innerJoin('projects', (join) =>
      join.on(sql<boolean>`projects.id = coalesce(databases.project_id, deployments.project_id)`),
    )
    .innerJoin('workspaces', 'workspaces.id', 'projects.workspace_id')
    .selectAll('deployment_restores')
    .select([
      'projects.id as in_project',
      'projects.workspace_id as in_workspace',
      'workspaces.organization_id',
      'deployments.database_id',
      'databases.state as database_state',
      'databases.ready_at',
      'databases.created_at as ordered_at',
      'databases.deleted_at as database_deleted_at',
      'instances.observed',
    ])
}
type Row = Awaited<ReturnType<ReturnType<typeof selectRestores>['execute']>>[number]

/** What clients know that has failed: the data could not be brought back. */
const FAILED = 'PXCloudSnapRestoreFailed'

/** Of one that a host of ours makes: its database tells. */
function madeHere(
  row: Row,
): Pick<DeploymentRestore, 'status' | 'applyStatus' | 'errorCode' | 'startedAt' | 'completedAt'> {
  const begun = { startedAt: row.ordered_at ?? row.created_at, completedAt: row.ready_at, errorCode: null }
  const applyStatus = row.observed === null ? 'pending' : 'created'
  if (row.ready_at !== null) return { ...begun, applyStatus: 'created', status: 'Successful' }
  const state: DatabaseState | null = row.database_state
  if (state === 'failed' || row.database_deleted_at !== null) {
    return { ...begun, applyStatus, status: 'Failed', errorCode: FAILED }
  }
  const status =
    row.observed === null ? 'Pending' : row.observed.progress ? 'RestoringCloudSnap' : 'RestoringDeployment'
  return { ...begun, applyStatus, status }
}

function timeOf(text: string | undefined): Date | null {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? null : new Date(at)
}

function reported(report: RestoreReport | null) {
  return {
    status: (report?.completion_status || 'Pending') as RestoreStatus,
    applyStatus: report === null ? ('pending' as const) : ('created' as const),
    errorCode: report?.error_code || null,
    startedAt: timeOf(report?.start_time),
    completedAt: timeOf(report?.completion_time),
  }
}

export const toRestore = (row: Row): DeploymentRestore => ({
  id: row.id,
  organizationId: row.organization_id,
  workspaceId: row.in_workspace,
  projectId: row.in_project,
  backupJobId: row.backup_job_id,
  deploymentId: row.deployment_id,
  databaseId: row.database_id,
  deploymentTargetId: row.deployment_target_id,
  namespaceId: row.namespace_id,
  name: row.name,
  clusterResourceName: row.cluster_resource_name,
  ...(row.database_id === null ? reported(row.report as RestoreReport | null) : madeHere(row)),
  reportedAt: row.reported_at,
  createdAt: row.created_at,
  updatedAt: row.ready_at && row.ready_at > row.updated_at ? row.ready_at : row.updated_at,
})

/** What rules may ask of a restore: it is what is done with a backup, in the place of the deployment that it makes. */
export const restoreFields = (restore: DeploymentRestore) => backupFields(restore)

const NOT_FOUND = {
  code: 'restore-not-found',
  message: 'There is no restore with this id, or it is not accessible.',
} as const

/** The restore, if the caller may do this to it. Throws `restore-not-found`, `forbidden`. */
export async function getRestore(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
): Promise<DeploymentRestore> {
  const row = await selectRestores(db).where('deployment_restores.id', '=', id).executeTakeFirst()
  const found = row && toRestore(row)
  return authorizeFound(call.principal, action, 'backups', found, restoreFields, NOT_FOUND)
}
