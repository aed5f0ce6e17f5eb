import { type SqlBool, sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { type Action, authorizeFound, type Call } from '../access/index.ts'
import { ensureJobs } from './ensure-jobs.ts'
import type { BackupJob, DeploymentSpec, JobReport, JobStatus } from './entities.ts'
import { backupFields } from './plan-fields.ts'

/** A backup that is being removed, or was skipped, is none. */
export const IS_THERE = sql<SqlBool>`(
  backup_jobs.deleted_at is null
  and (backup_jobs.backup_id is null or backups.state in ('running', 'completed', 'failed'))
  and (databases.quarantined_at is null or databases.deleted_at is not null))`

/** Jobs that are there; callers add conditions and an order. */
export function selectJobs(db: Executor) {
  return db
    .selectFrom('backup_jobs')
    .innerJoin('projects', 'projects.id', 'backup_jobs.project_id')
    .innerJoin('workspaces', 'workspaces.id', 'projects.workspace_id')
    .innerJoin('deployments', 'deployments.id', 'backup_jobs.deployment_id')
    .leftJoin('backups', 'backups.id', 'backup_jobs.backup_id')
    .leftJoin('databases', 'databases.id', 'deployments.database_id')
    .leftJoin('backup_plans as plan', 'plan.id', 'backup_jobs.backup_plan_id')
    .where(IS_THERE)
    .selectAll('backup_jobs')
    .select([
      'projects.workspace_id',
      'workspaces.organization_id',
      'deployments.database_id',
      'deployments.namespace_id as in_namespace',
      'deployments.local_only',
      'backups.state as backup_state',
      'backups.completed_at',
      'backups.error as backup_error',
      'backups.found_bad',
      'backups.verification_error',
      'backups.stored_bytes',
      'backups.key',
      'backups.kind',
      'backups.trigger',
      'backups.backup_target_id as stored_in',
      'plan.type as plan_type',
      'plan.level as plan_level',
      'plan.schedule as plan_schedule',
      'plan.job_history_limit',
      'plan.backup_target_id as plan_target_id',
    ])
}
type Row = Awaited<ReturnType<ReturnType<typeof selectJobs>['execute']>>[number]

const OF_BACKUP = { running: 'Active', completed: 'Succeeded', failed: 'Failed' } as const

function statusOf(state: string | null, report: JobReport | null): JobStatus {
  if (state === 'running' || state === 'completed' || state === 'failed') return OF_BACKUP[state]
  const said = report?.completion_status
  return said === 'Succeeded' || said === 'Failed' ? said : 'Active'
}

function timeOf(text: string | undefined): Date | null {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? null : new Date(at)
}

function backupSpecOf(row: Row): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries({
      backup_type: row.plan_type ?? (row.trigger === 'manual' ? 'adhoc' : 'scheduled'),
      backup_level: row.plan_level ?? (row.kind === 'incremental' ? 'incremental' : 'snapshot'),
      backup_target_id: row.plan_target_id ?? row.stored_in,
      schedule: row.plan_schedule,
      job_history_limit: row.job_history_limit,
    }).filter(([, value]) => value !== null),
  )
}

export function toJob(row: Row): BackupJob {
  const report = row.report as JobReport | null
  // Nobody can restore it.
  const isBad = row.backup_state === 'completed' && row.found_bad === true
  const status = isBad ? 'Failed' : statusOf(row.backup_state, report)
  const message = isBad
    ? `The backup failed its verification: ${row.verification_error ?? 'no reason was told'}`
    : (row.backup_error ?? report?.error_message ?? 'The backup failed.')
  const completedAt = row.completed_at ?? timeOf(report?.completion_time)
  return {
    id: row.id,
    planId: row.backup_plan_id,
    organizationId: row.organization_id,
    workspaceId: row.workspace_id,
    projectId: row.project_id,
    deploymentId: row.deployment_id,
    databaseId: row.database_id,
    deploymentTargetId: row.deployment_target_id,
    namespaceId: row.namespace_id,
    imageId: row.image_id,
    name: row.name,
    status,
    startedAt: timeOf(report?.start_time) ?? row.created_at,
    completedAt: status === 'Active' ? null : completedAt,
    error: status === 'Failed' ? { code: report?.error_code || 'JobFailed', message } : null,
    storedBytes: row.stored_bytes ?? report?.file_size ?? null,
    key: row.key ?? report?.cloud_snap_id ?? null,
    deploymentSpec: row.deployment_spec as DeploymentSpec,
    backupSpec: report?.backup_spec ?? backupSpecOf(row),
    report: row.backup_id === null ? report : null,
    reportedAt: row.reported_at,
    ours: row.database_id !== null && !row.local_only,
    createdAt: row.created_at,
    updatedAt: completedAt && completedAt > row.updated_at ? completedAt : row.updated_at,
  }
}

/** What rules may ask of a job. */
export const jobFields = (job: BackupJob) => backupFields(job)

export const JOB_NOT_FOUND = {
  code: 'backup-not-found',
  message: 'There is no backup job with this id, or it is not accessible.',
} as const

/** Authorizes nothing. */
export async function findJob(db: Executor, id: string): Promise<BackupJob | undefined> {
  await ensureJobs(db, { backupId: id })
  const row = await selectJobs(db).where('backup_jobs.id', '=', id).executeTakeFirst()
  return row && toJob(row)
}

/** The job, if the caller may do this to it. Throws `backup-not-found`, `forbidden`. */
export async function getJob(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
): Promise<BackupJob> {
  return authorizeFound(call.principal, action, 'backups', await findJob(db, id), jobFields, JOB_NOT_FOUND)
}
