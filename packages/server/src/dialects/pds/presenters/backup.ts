import { createHash } from 'node:crypto'
import type { BackupJob, BackupPlan, DeploymentRestore, Task } from '../../../domain/backup-plans/index.ts'
import { timestamp } from '../timestamp.ts'

/** The fields that have a value: this API leaves out the others. */
function known<Fields extends Record<string, unknown>>(fields: Fields) {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  ) as { [Name in keyof Fields]?: NonNullable<Fields[Name]> }
}
const at = (time: Date | null) => time && timestamp(time)

export const presentPlan = (plan: BackupPlan) => ({
  id: plan.id,
  account_id: plan.organizationId,
  tenant_id: plan.workspaceId,
  project_id: plan.projectId,
  deployment_id: plan.deploymentId,
  deployment_name: plan.deploymentName,
  deployment_target_id: plan.deploymentTargetId,
  namespace_id: plan.namespaceId,
  data_service_id: plan.dataServiceId,
  backup_target_id: plan.backupTargetId,
  cluster_resource_name: plan.clusterResourceName,
  backup_type: plan.type,
  backup_level: plan.level,
  ...known({ schedule: plan.schedule, job_history_limit: plan.jobHistoryLimit }),
  reclaim_policy: plan.reclaimPolicy === 'retain' ? ('retain' as const) : ('delete' as const),
  state: plan.state,
  suspend: plan.suspended,
  created_at: timestamp(plan.createdAt),
  updated_at: timestamp(plan.updatedAt),
})

export const presentJobStatus = ({ name, status, startedAt, completedAt }: BackupJob) => ({
  ...{ name, status, start_time: timestamp(startedAt) },
  ...known({ completion_time: at(completedAt) }),
})

/** Codes of the API that a job may fail with. */
const CODES = ['JobFailed', 'VolumeSnapshotFailed', 'PXCloudCredentialsNotFound'] as const

/** What a deployment's specification is called in this API. */
function specOf(job: BackupJob): Record<string, unknown> {
  if (job.report?.data_service_spec) return { ...job.report.data_service_spec }
  const { name, dataServiceId, imageId, nodeCount, configuration, resources, storageOptions, tlsEnabled } =
    job.deploymentSpec
  return known({
    name,
    data_service_id: dataServiceId,
    image_id: imageId,
    node_count: nodeCount,
    configuration,
    resources,
    storage_options: storageOptions,
    tls_enabled: tlsEnabled,
  })
}

export const presentJob = (job: BackupJob) => ({
  id: job.id,
  project_id: job.projectId,
  deployment_id: job.deploymentId,
  deployment_target_id: job.deploymentTargetId,
  name: job.name,
  completion_status: job.status,
  start_time: timestamp(job.startedAt),
  ...known({
    backup_id: job.planId,
    namespace_id: job.namespaceId,
    image_id: job.imageId,
    completion_time: at(job.completedAt),
    error_code: job.error && (CODES.find((code) => code === job.error?.code) ?? 'JobFailed'),
    error_message: job.error?.message,
    file_size: job.storedBytes,
    cloud_snap_id: job.key,
    cloud_credential_name: job.report?.cloud_credential_name,
    backup_capability: job.ours ? 'v2' : job.report?.backup_capability,
    timestamp: at(job.reportedAt),
  }),
  backup_spec: { ...job.backupSpec },
  data_service_spec: specOf(job),
  created_at: timestamp(job.createdAt),
  updated_at: timestamp(job.updatedAt),
})

export const presentRestore = (restore: DeploymentRestore) => ({
  id: restore.id,
  backup_job_id: restore.backupJobId,
  deployment_id: restore.deploymentId,
  deployment_target_id: restore.deploymentTargetId,
  namespace_id: restore.namespaceId,
  name: restore.name,
  cluster_resource_name: restore.clusterResourceName,
  status: restore.status,
  apply_status: restore.applyStatus,
  ...known({
    error_code: restore.errorCode,
    start_time: at(restore.startedAt),
    completion_time: at(restore.completedAt),
    timestamp: at(restore.reportedAt),
  }),
  created_at: timestamp(restore.createdAt),
  updated_at: timestamp(restore.updatedAt),
})

/** The official client reads a task's id into 32 bits. */
const numberOf = (id: string): number => createHash('sha256').update(id).digest().readUInt32BE(0) >>> 1

export const presentTask = (task: Task) => ({
  id: numberOf(task.id),
  account_id: task.organizationId,
  tenant_id: task.workspaceId,
  project_id: task.projectId,
  description: task.description,
  status: task.status,
  current_step: task.currentStep,
  total_steps: task.totalSteps,
  log: [...task.log],
  associated_resource: task.resource,
  created_at: timestamp(task.createdAt),
  updated_at: timestamp(task.updatedAt),
})
