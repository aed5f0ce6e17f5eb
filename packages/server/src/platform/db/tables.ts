import type { Hello, ObservedInstance } from '@croft/protocol'
import type { ColumnType, Generated } from 'kysely'
import type {
  AgentTasksTable,
  ArchiveChainsTable,
  BackupsTable,
  BackupTargetsTable,
  RestorePointsTable,
  RestoresTable,
} from './backup-tables.ts'
import type { CreatedAt } from './created-at.ts'
import type { DeploymentTables } from './deployment-tables.ts'
import type {
  EnginesTable,
  EngineVersionsTable,
  EnvironmentsTable,
  PlanEnvironmentsTable,
  PlansTable,
} from './engine-tables.ts'
import type { StoredOrigin } from './stored-messages.ts'

export type { BackupState, RecoveryUntil, VerificationState } from './backup-tables.ts'

/** A JSON object. Arrays and bare strings must not be stored so: the driver would send them as something else. */
type JsonObject = Record<string, unknown>

export interface OrganizationsTable {
  id: string
  name: string
  created_at: CreatedAt
  updated_at: Date | null
}

export interface WorkspacesTable {
  id: string
  organization_id: string
  name: string
  created_at: CreatedAt
}

export interface UsersTable {
  id: string
  email: string
  display_name: string | null
  /** Null for who logs in elsewhere only. */
  password_hash: string | null
  totp_secret: Buffer | null
  totp_confirmed_at: Date | null
  totp_last_step: number | null
  recovery_codes: Generated<Buffer[]>
  last_login_at: Date | null
  email_unproven: Generated<boolean>
  created_at: CreatedAt
  disabled_at: Date | null
}

export type ScopeType =
  | 'platform'
  | 'organization'
  | 'workspace'
  | 'project'
  | 'namespace'
  | 'database'
  | 'app'

export interface RoleBindingsTable {
  id: string
  /** One of the two. */
  user_id: string | null
  identity_id: string | null
  role: string
  scope_type: ScopeType
  scope_id: string | null
  created_at: CreatedAt
}

export interface ProjectsTable {
  id: string
  workspace_id: string
  name: string
  logical_id: string | null
  expires_at: Date | null
  created_at: CreatedAt
  deleted_at: Date | null
  updated_at: Date | null
}

export interface BranchesTable {
  id: string
  project_id: string
  git_name: string
  is_default: boolean
  role: 'production' | 'preview'
  created_at: CreatedAt
  updated_at: Generated<Date>
  deleted_at: Date | null
}

export interface ResourceAliasesTable {
  resource_id: string
  dialect: string
  external_id: string
}

export interface ResourceAnnotationsTable {
  resource_id: string
  dialect: string
  data: JsonObject
}

export interface AccessTokensTable {
  id: string
  kind: 'service' | 'oauth' | 'user' | 'user-key' | 'identity' | 'api-key'
  token_hash: Buffer
  hint: string
  name: string | null
  workspace_id: string | null
  user_id: string | null
  grant_id: string | null
  scopes: Generated<string[]>
  created_at: CreatedAt
  expires_at: Date | null
  revoked_at: Date | null
  last_used_at: Date | null
  identity_id: string | null
  disabled_at: Date | null
  sealed: Buffer | null
  /** A JSON array: give it as text. */
  rules: ColumnType<unknown, string | null, string | null>
  updated_at: Generated<Date>
  session_id: string | null
}

export interface ServiceIdentitiesTable {
  id: string
  organization_id: string
  kind: 'identity' | 'key-pair'
  name: string
  client_id: string
  secret_hash: Buffer
  secret_generation: Generated<number>
  secret_changed_at: Generated<Date>
  created_by: string | null
  created_at: CreatedAt
  disabled_at: Date | null
  deleted_at: Date | null
  last_used_at: Date | null
  description: string | null
  updated_at: Generated<Date>
}

export interface SignInCodesTable {
  code_hash: Buffer
  user_id: string
  expires_at: Date
}

export interface WorkspaceSecurityTable {
  workspace_id: string
  authorizations: JsonObject | null
  authentication: JsonObject | null
  updated_at: Generated<Date>
}

export interface WorkspaceRoleMembersTable {
  workspace_id: string
  role: string
  user_id: string
  created_at: CreatedAt
}

export interface UserIdentitiesTable {
  issuer: string
  subject: string
  user_id: string
  created_at: CreatedAt
}

export interface OidcLoginsTable {
  state_hash: Buffer
  nonce: string
  code_verifier: Buffer
  return_to: string
  expires_at: Date
}

export interface PasswordResetsTable {
  token_hash: Buffer
  user_id: string
  created_at: CreatedAt
  expires_at: Date
}

export interface InvitationsTable {
  id: string
  email: string
  role: string
  scope_type: ScopeType
  scope_id: string | null
  invited_by: string | null
  token_hash: Buffer
  created_at: CreatedAt
  expires_at: Date
  accepted_at: Date | null
  deleted_at: Date | null
  at_login: Generated<boolean>
  updated_at: Generated<Date>
}

export interface EventLinksTable {
  sequence: number
  event_id: string
  digest: Buffer
  hash: Buffer
  sealed_at: CreatedAt
  deleted_at: Date | null
}

export interface EventsUnsealedTable {
  event_id: string
}

export interface EventCheckpointsTable {
  sequence: number
  hash: Buffer
  at: CreatedAt
}

export interface EventRetentionTable {
  workspace_id: string
  days: number
}

export interface OauthApplicationsTable {
  id: string
  client_id: string
  client_secret_hash: Buffer | null
  name: string
  redirect_uris: string[]
  created_at: CreatedAt
  deleted_at: Date | null
}

export interface OauthGrantsTable {
  id: string
  application_id: string
  workspace_id: string
  user_id: string
  scopes: string[]
  created_at: CreatedAt
  revoked_at: Date | null
}

export interface AuthorizationCodesTable {
  code_hash: Buffer
  grant_id: string
  redirect_uri: string
  code_challenge: string | null
  expires_at: Date
  used_at: Date | null
}

export interface RefreshTokensTable {
  token_hash: Buffer
  grant_id: string
  created_at: CreatedAt
  expires_at: Date
  rotated_at: Date | null
  successor: Buffer | null
}

export interface SessionsTable {
  token_hash: Buffer
  user_id: string
  created_at: CreatedAt
  expires_at: Date
  id: Generated<string>
  address: string | null
  user_agent: string | null
  last_seen_at: Generated<Date>
}

export interface LoginFailuresTable {
  key: string
  failures: number
  last_at: Date
}

export interface IdempotencyKeysTable {
  scope: string
  key: string
  request_hash: Buffer
  created_at: Generated<Date>
  locked_until: Date
  resource_id: Generated<string>
  status: number | null
  headers: Record<string, string> | null
  body: Buffer | null
}

export interface EventsTable {
  id: string
  at: Generated<Date>
  workspace_id: string | null
  actor_type: string
  actor_id: string | null
  actor_name: string | null
  action: string
  subject_type: string
  subject_id: string
  before: JsonObject | null
  after: JsonObject | null
  request_id: string | null
}

/** What an agent said of itself in its last hello. */
export type TargetAgent = Pick<Hello, 'hostname' | 'agentVersion' | 'engines' | 'gateways'>

export interface TargetsTable {
  id: string
  name: string
  kind: 'host'
  regions: string[]
  join_token_hash: Buffer
  agent_id: string | null
  agent: TargetAgent | null
  session_id: string | null
  connected_at: Date | null
  last_seen_at: Date | null
  created_at: CreatedAt
}

export interface SizesTable {
  id: string
  position: number
  memory_mb: number
  connection_limit: number
  /** engine -> setting -> value */
  settings: Record<string, Record<string, string>>
}

export type DatabaseState = 'provisioning' | 'ready' | 'recovering' | 'failed' | 'deleting' | 'deleted'

/** What a database was made from, as the API shows it. */
export type DatabaseSource = { type: string } & JsonObject

/** What a database has in place of its size's. */
export interface DatabaseOverrides {
  readonly memoryMb?: number
  readonly cpus?: number
  readonly storageBytes?: number
  readonly settings?: Readonly<Record<string, string>>
}

export interface DatabasesTable {
  id: string
  project_id: string
  branch_id: string | null
  name: string
  logical_id: string | null
  is_default: Generated<boolean>
  engine: string
  version: string
  size: string
  region: string
  state: DatabaseState
  state_message: string | null
  source: DatabaseSource
  idle_timeout_seconds: number
  connection_limit: number
  backup_retention_days: number
  backup_target_id: string | null
  backup_schedule: string | null
  backup_incremental: Generated<'auto' | 'off'>
  backup_scheduled_for: Date | null
  backup_encryption: Generated<boolean>
  backup_key: Buffer | null
  archived: Generated<boolean>
  database_name: string | null
  own_port: Generated<boolean>
  plan_id: string | null
  environment_id: string | null
  quarantined_at: Date | null
  quarantine_warned_at: Date | null
  purge_at: Date | null
  purged_at: Date | null
  overrides: Generated<DatabaseOverrides>
  tls_required: Generated<boolean>
  created_at: CreatedAt
  ready_at: Date | null
  deleted_at: Date | null
}

export interface InstancesTable {
  id: string
  database_id: string
  target_id: string
  revision: Generated<number>
  presence: 'present' | 'absent'
  epoch: Generated<number>
  last_epoch: Generated<number>
  settled_epoch: Generated<number>
  storage_revision: Generated<number>
  origin: StoredOrigin
  observed: ObservedInstance | null
  observed_revision: Generated<number>
  observed_at: Date | null
  namespace: string | null
}

export interface CredentialsTable {
  id: string
  database_id: string
  name: string
  role_name: string
  password: Buffer
  verifier: string
  created_at: CreatedAt
  rotated_at: Date | null
  deleted_at: Date | null
  chosen: Generated<boolean>
}

export interface UsageSamplesTable {
  database_id: string
  at: Date
  size_bytes: number
  operations: number
}

export interface WorkersTable {
  id: string
  started_at: Generated<Date>
  seen_at: Generated<Date>
}

export interface MigrationsTable {
  version: number
  name: string
  checksum: string
  at: CreatedAt
}

/** Every table of the schema `croft`; a test compares this file with the migrated database. */
export interface Tables extends DeploymentTables {
  organizations: OrganizationsTable
  workspaces: WorkspacesTable
  users: UsersTable
  role_bindings: RoleBindingsTable
  projects: ProjectsTable
  branches: BranchesTable
  resource_aliases: ResourceAliasesTable
  resource_annotations: ResourceAnnotationsTable
  access_tokens: AccessTokensTable
  oauth_applications: OauthApplicationsTable
  oauth_grants: OauthGrantsTable
  authorization_codes: AuthorizationCodesTable
  refresh_tokens: RefreshTokensTable
  sessions: SessionsTable
  login_failures: LoginFailuresTable
  idempotency_keys: IdempotencyKeysTable
  events: EventsTable
  targets: TargetsTable
  sizes: SizesTable
  databases: DatabasesTable
  instances: InstancesTable
  credentials: CredentialsTable
  engines: EnginesTable
  engine_versions: EngineVersionsTable
  environments: EnvironmentsTable
  plans: PlansTable
  plan_environments: PlanEnvironmentsTable
  agent_tasks: AgentTasksTable
  backup_targets: BackupTargetsTable
  backups: BackupsTable
  archive_chains: ArchiveChainsTable
  restore_points: RestorePointsTable
  restores: RestoresTable
  usage_samples: UsageSamplesTable
  workers: WorkersTable
  service_identities: ServiceIdentitiesTable
  sign_in_codes: SignInCodesTable
  workspace_security: WorkspaceSecurityTable
  workspace_role_members: WorkspaceRoleMembersTable
  user_identities: UserIdentitiesTable
  oidc_logins: OidcLoginsTable
  password_resets: PasswordResetsTable
  invitations: InvitationsTable
  event_links: EventLinksTable
  events_unsealed: EventsUnsealedTable
  event_checkpoints: EventCheckpointsTable
  event_retention: EventRetentionTable
  migrations: MigrationsTable
}
