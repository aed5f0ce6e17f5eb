import type { Generated } from 'kysely'
import type { CreatedAt } from './created-at.ts'

/** A JSON object. Lists are kept below a key: the driver would send a bare one as something else. */
type JsonObject = Record<string, unknown>

/** An `ErrorData` of Portworx' API: a code, a sentence, and what is behind it. */
export interface StoredFault {
  readonly code: string
  readonly message: string
  readonly details?: string
}

export interface AccountDetailsTable {
  organization_id: string
  eula_version: string | null
  eula_accepted_at: Date | null
  global_config: Generated<JsonObject>
  dns: JsonObject | null
  dns_secret: Buffer | null
  maas: JsonObject | null
  features: Generated<JsonObject>
}

export interface IamRecordsTable {
  organization_id: string
  actor_id: string
  empty_levels: Generated<string[]>
  created_at: CreatedAt
  updated_at: Generated<Date>
}

export interface DeploymentTargetsTable {
  id: string
  workspace_id: string
  target_id: string | null
  name: string
  cluster_id: string
  tls_required: Generated<boolean>
  tls_issuer: string | null
  capabilities: JsonObject | null
  metadata: JsonObject | null
  last_health_check: Date | null
  last_operator_heartbeat: Date | null
  created_at: CreatedAt
  updated_at: Generated<Date>
  deleted_at: Date | null
}

export interface NamespacesTable {
  id: string
  workspace_id: string
  deployment_target_id: string
  name: string
  status: Generated<'available' | 'unavailable'>
  created_at: CreatedAt
  updated_at: Generated<Date>
  deleted_at: Date | null
}

export type TemplateKind = 'configuration' | 'resources' | 'storage'

export interface TemplatesTable {
  id: string
  workspace_id: string
  kind: TemplateKind
  name: string
  data_service_id: string | null
  content: JsonObject
  created_at: CreatedAt
  updated_at: Generated<Date>
  deleted_at: Date | null
}

export interface SeededWorkspacesTable {
  workspace_id: string
  at: Generated<Date>
}

export interface BackupCredentialsTable {
  id: string
  workspace_id: string
  name: string
  type: 'azure' | 'google' | 's3' | 's3-compatible'
  public: JsonObject
  secret: Buffer
  created_at: CreatedAt
  updated_at: Generated<Date>
  deleted_at: Date | null
}

export interface CredentialedTargetsTable {
  backup_target_id: string
  backup_credentials_id: string
  type: string
  bucket: string
  region: Generated<string>
}

export interface BackupTargetStatesTable {
  backup_target_id: string
  deployment_target_id: string
  state: Generated<'pending' | 'successful' | 'failed_create' | 'failed_delete' | 'failed_update'>
  error: StoredFault | null
  px_credentials_id: string | null
  px_credentials_name: string | null
  updated_at: Generated<Date>
}

export interface StoredSchedule {
  readonly id: string
  readonly type: 'full' | 'incremental'
  readonly schedule: string
  readonly retention_count: number
}

export interface BackupPoliciesTable {
  id: string
  workspace_id: string
  name: string
  schedules: { readonly list: readonly StoredSchedule[] }
  created_at: CreatedAt
  updated_at: Generated<Date>
  deleted_at: Date | null
}

export interface DeploymentsTable {
  id: string
  database_id: string | null
  workspace_id: string
  project_id: string
  name: string
  cluster_resource_name: string
  deployment_target_id: string
  namespace_id: string
  data_service_id: string
  version_id: string
  image_id: string
  node_count: Generated<number>
  service_type: string | null
  dns_zone: string | null
  load_balancer_source_ranges: Generated<string[]>
  configuration: Generated<Record<string, string>>
  resources: Generated<JsonObject>
  storage_options: Generated<JsonObject>
  tls_enabled: Generated<boolean>
  local_only: Generated<boolean>
  state: Generated<'pending' | 'created' | 'failed'>
  error: StoredFault | null
  scheduled_backup: { readonly policyId: string; readonly targetId: string } | null
  created_at: CreatedAt
  updated_at: Generated<Date>
  deleted_at: Date | null
}

export interface DeploymentManifestsTable {
  deployment_id: string
  id: string
  manifest: JsonObject
  reported_at: Date
  created_at: CreatedAt
  updated_at: Generated<Date>
}

export interface DeploymentEventsTable {
  deployment_id: string
  name: string
  deployment_target_id: string
  event: JsonObject
  at: Date
}

export interface BackupPlansTable {
  id: string
  workspace_id: string
  project_id: string
  deployment_id: string
  deployment_name: string
  cluster_resource_name: string
  backup_target_id: string
  backup_policy_id: string | null
  policy_schedule_id: string | null
  type: 'adhoc' | 'scheduled'
  level: 'snapshot' | 'incremental'
  schedule: string | null
  job_history_limit: number | null
  reclaim_policy: Generated<string>
  state: Generated<'pending' | 'created' | 'failed'>
  suspended: Generated<boolean>
  local_only: Generated<boolean>
  error: StoredFault | null
  scheduled_for: Date | null
  created_at: CreatedAt
  updated_at: Generated<Date>
  deleting_at: Date | null
  deleted_at: Date | null
}

export interface BackupJobsTable {
  id: string
  backup_plan_id: string | null
  backup_id: string | null
  workspace_id: string
  project_id: string
  deployment_id: string
  deployment_target_id: string
  namespace_id: string | null
  image_id: string | null
  name: string
  report: JsonObject | null
  reported_at: Date | null
  deployment_spec: Generated<JsonObject>
  created_at: CreatedAt
  updated_at: Generated<Date>
  deleted_at: Date | null
}

export interface DeploymentRestoresTable {
  id: string
  workspace_id: string
  backup_job_id: string
  deployment_id: string
  deployment_target_id: string
  namespace_id: string
  name: string
  cluster_resource_name: string
  report: JsonObject | null
  reported_at: Date | null
  created_at: CreatedAt
  updated_at: Generated<Date>
}

/** What `Tables` has of them. */
export interface DeploymentTables {
  account_details: AccountDetailsTable
  iam_records: IamRecordsTable
  deployment_targets: DeploymentTargetsTable
  namespaces: NamespacesTable
  templates: TemplatesTable
  seeded_workspaces: SeededWorkspacesTable
  backup_credentials: BackupCredentialsTable
  credentialed_targets: CredentialedTargetsTable
  backup_target_states: BackupTargetStatesTable
  backup_policies: BackupPoliciesTable
  deployments: DeploymentsTable
  deployment_manifests: DeploymentManifestsTable
  deployment_events: DeploymentEventsTable
  backup_plans: BackupPlansTable
  backup_jobs: BackupJobsTable
  deployment_restores: DeploymentRestoresTable
}
