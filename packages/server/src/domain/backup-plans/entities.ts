import type { StoredFault } from '../../platform/db/deployment-tables.ts'

/** A wish for backups of a deployment: one at once, or one whenever its schedule says. */
export interface BackupPlan {
  readonly id: string
  readonly organizationId: string
  readonly workspaceId: string
  readonly projectId: string
  readonly deploymentId: string
  /** As it was called when this was made: the deployment may be gone. */
  readonly deploymentName: string
  readonly databaseId: string | null
  readonly clusterResourceName: string
  readonly dataServiceId: string
  readonly deploymentTargetId: string
  readonly namespaceId: string
  readonly backupTargetId: string
  readonly policyId: string | null
  readonly type: 'adhoc' | 'scheduled'
  /** An incremental one is made full by engines that know no other. */
  readonly level: 'snapshot' | 'incremental'
  /** Cron of five fields, in UTC. */
  readonly schedule: string | null
  /** How many succeeded jobs are kept; null for all. */
  readonly jobHistoryLimit: number | null
  readonly reclaimPolicy: string
  /** Whether the host has been told; `failed` when it never will be. */
  readonly state: 'pending' | 'created' | 'failed'
  readonly suspended: boolean
  /** Exists on paper: an agent of somebody else makes its backups. */
  readonly localOnly: boolean
  readonly error: StoredFault | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type JobStatus = 'Active' | 'Succeeded' | 'Failed'

/** How a deployment was ordered when it was backed up; what is restored is ordered so again. */
export interface DeploymentSpec {
  readonly name?: string
  readonly dataServiceId?: string
  readonly imageId?: string
  readonly nodeCount?: number
  readonly serviceType?: string | null
  readonly dnsZone?: string | null
  readonly loadBalancerSourceRanges?: readonly string[]
  readonly configuration?: Readonly<Record<string, string>>
  readonly resources?: Readonly<Record<string, unknown>>
  readonly storageOptions?: Readonly<Record<string, unknown>>
  readonly tlsEnabled?: boolean
  /** Of its database, where the resources do not decide. */
  readonly size?: string | null
}

/** What an agent of somebody else says of a backup, or why one of ours was never begun. */
export interface JobReport {
  readonly completion_status?: string
  readonly start_time?: string
  readonly completion_time?: string
  readonly error_code?: string
  readonly error_message?: string
  readonly file_size?: number
  readonly cloud_snap_id?: string
  readonly cloud_credential_name?: string
  readonly backup_capability?: string
  readonly backup_spec?: Readonly<Record<string, unknown>>
  readonly data_service_spec?: Readonly<Record<string, unknown>>
  readonly image_name?: string
}

/** One backup of a deployment. */
export interface BackupJob {
  /** That of the backup, where it is ours. */
  readonly id: string
  /** Null for one that no plan asked for: it was made by the platform's schedule or through another API. */
  readonly planId: string | null
  readonly organizationId: string
  readonly workspaceId: string
  readonly projectId: string
  readonly deploymentId: string
  readonly databaseId: string | null
  readonly deploymentTargetId: string
  readonly namespaceId: string | null
  readonly imageId: string | null
  readonly name: string
  readonly status: JobStatus
  readonly startedAt: Date
  readonly completedAt: Date | null
  readonly error: { readonly code: string; readonly message: string } | null
  /** Bytes that are stored. */
  readonly storedBytes: number | null
  /** Where it lies in its backup target. */
  readonly key: string | null
  readonly deploymentSpec: DeploymentSpec
  /** What was asked for. */
  readonly backupSpec: Readonly<Record<string, unknown>>
  /** Null for our own. */
  readonly report: JobReport | null
  readonly reportedAt: Date | null
  /** A host of ours made it, or will. */
  readonly ours: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type RestoreStatus =
  | ''
  | 'Pending'
  | 'RestoringCloudSnap'
  | 'RestoringDataServiceCR'
  | 'RestoringDeployment'
  | 'DeploymentEnteringNormalMode'
  | 'Successful'
  | 'Failed'

/** A new deployment that is made of a backup. */
export interface DeploymentRestore {
  readonly id: string
  readonly organizationId: string
  readonly workspaceId: string
  readonly projectId: string
  readonly backupJobId: string
  readonly deploymentId: string
  readonly databaseId: string | null
  readonly deploymentTargetId: string
  readonly namespaceId: string
  readonly name: string
  readonly clusterResourceName: string
  readonly status: RestoreStatus
  /** Whether the target has been told of it. */
  readonly applyStatus: 'pending' | 'created' | 'failed'
  readonly errorCode: string | null
  readonly startedAt: Date | null
  readonly completedAt: Date | null
  readonly reportedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Something that takes long, told in steps. It has the id of what it makes. */
export interface Task {
  readonly id: string
  readonly organizationId: string
  readonly workspaceId: string
  readonly projectId: string
  readonly description: string
  readonly status: 'pending' | 'running' | 'completed' | 'failed'
  readonly currentStep: number
  readonly totalSteps: number
  readonly log: readonly string[]
  /** `deployment/<id>`. */
  readonly resource: string
  readonly createdAt: Date
  readonly updatedAt: Date
}
