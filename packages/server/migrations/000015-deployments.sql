-- How databases are ordered and placed in the words of Portworx Data Services. docs/explanation/deployments.md

-- What an account agreed to and is configured with. `dns` and `maas` are as given; `dns_secret` is sealed.
create table account_details (
  organization_id uuid primary key references organizations,
  eula_version text,
  eula_accepted_at timestamptz,
  global_config jsonb not null default '{}',
  dns jsonb,
  dns_secret bytea,
  maas jsonb,
  features jsonb not null default '{}'
);

-- What IAM records of an account say besides the roles themselves, which are `role_bindings`.
create table iam_records (
  organization_id uuid not null references organizations,
  actor_id uuid not null,
  -- Levels that were given as an empty list, which clients want back so.
  empty_levels text[] not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (organization_id, actor_id)
);

-- An invitation that needs no link: whoever proves to have the address gets the role when it first logs in.
alter table invitations
  add column at_login boolean not null default false,
  add column updated_at timestamptz not null default clock_timestamp();
update invitations set updated_at = created_at;

-- A workspace's view of a host, or something that an agent of somebody else reports.
create table deployment_targets (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  -- The host behind it; null for one that only reports.
  target_id uuid references targets on delete cascade,
  name text not null,
  -- As the agent gave it when it joined; a host's own id for a host.
  cluster_id text not null,
  tls_required boolean not null default false,
  tls_issuer text,
  -- Of those that only report: what they last said. A host's are read from its agent.
  capabilities jsonb,
  metadata jsonb,
  last_health_check timestamptz,
  last_operator_heartbeat timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz
);
create unique index deployment_targets_host on deployment_targets (workspace_id, target_id)
  where target_id is not null and deleted_at is null;
create unique index deployment_targets_cluster on deployment_targets (workspace_id, cluster_id)
  where deleted_at is null;
create index deployment_targets_target on deployment_targets (target_id);

create table namespaces (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  deployment_target_id uuid not null references deployment_targets on delete cascade,
  name text not null,
  status text not null default 'available' check (status in ('available', 'unavailable')),
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz
);
create unique index namespaces_name on namespaces (deployment_target_id, name) where deleted_at is null;

-- What is copied into a deployment when it is made: settings of an engine, resources, or how its storage is.
create table templates (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  kind text not null check (kind in ('configuration', 'resources', 'storage')),
  name text not null,
  -- Of the catalogue; null for storage.
  data_service_id uuid,
  content jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz
);
create unique index templates_name on templates (workspace_id, kind, data_service_id, name) nulls not distinct
  where deleted_at is null;
-- Workspaces that were given the samples.
create table seeded_workspaces (
  workspace_id uuid primary key references workspaces,
  at timestamptz not null default clock_timestamp()
);

create table backup_credentials (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  name text not null,
  type text not null check (type in ('azure', 'google', 's3', 's3-compatible')),
  -- What may be shown, and what may not.
  public jsonb not null,
  secret bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz
);
create unique index backup_credentials_name on backup_credentials (workspace_id, name) where deleted_at is null;

alter table backup_targets drop constraint backup_targets_type_check;
alter table backup_targets
  add constraint backup_targets_type_check check (type in ('directory', 's3', 'azure', 'google')),
  add column updated_at timestamptz,
  -- Since when it is being removed, and whether even what lies there does not keep it.
  add column deleting_at timestamptz,
  add column deletion_forced boolean not null default false;

-- The rest of a backup target that was made of credentials.
create table credentialed_targets (
  backup_target_id uuid primary key references backup_targets,
  backup_credentials_id uuid not null references backup_credentials,
  type text not null,
  bucket text not null,
  region text not null default ''
);
create index credentialed_targets_credentials on credentialed_targets (backup_credentials_id);

create table backup_target_states (
  backup_target_id uuid not null references backup_targets,
  deployment_target_id uuid not null references deployment_targets on delete cascade,
  state text not null default 'pending'
    check (state in ('pending', 'successful', 'failed_create', 'failed_delete', 'failed_update')),
  error jsonb,
  px_credentials_id uuid,
  px_credentials_name text,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (backup_target_id, deployment_target_id)
);

create table backup_policies (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  name text not null,
  -- {"list": [{id, type, schedule, retention_count}]}
  schedules jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz
);
create unique index backup_policies_name on backup_policies (workspace_id, name) where deleted_at is null;

-- How a database was ordered. Its id is the database's; one that exists on paper only has no database.
create table deployments (
  id uuid primary key,
  database_id uuid unique references databases,
  workspace_id uuid not null references workspaces,
  project_id uuid not null references projects,
  name text not null,
  cluster_resource_name text not null,
  deployment_target_id uuid not null references deployment_targets,
  namespace_id uuid not null references namespaces,
  -- Of the catalogue.
  data_service_id uuid not null,
  version_id uuid not null,
  image_id uuid not null,
  node_count integer not null default 1,
  service_type text,
  dns_zone text,
  load_balancer_source_ranges text[] not null default '{}',
  -- Copies of what the templates said then.
  configuration jsonb not null default '{}',
  resources jsonb not null default '{}',
  storage_options jsonb not null default '{}',
  tls_enabled boolean not null default false,
  local_only boolean not null default false,
  -- Of one that exists on paper only; a database has its own.
  state text not null default 'pending' check (state in ('pending', 'created', 'failed')),
  error jsonb,
  -- {policyId, targetId} of the backups that are made on a schedule; null for none.
  scheduled_backup jsonb,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz
);
create index deployments_project on deployments (project_id, created_at, id) where deleted_at is null;
create unique index deployments_cluster_resource_name on deployments (cluster_resource_name);
create index deployments_namespace on deployments (namespace_id) where deleted_at is null;
create index deployments_target on deployments (deployment_target_id) where deleted_at is null;

-- What an agent of somebody else last said of a deployment.
create table deployment_manifests (
  deployment_id uuid primary key references deployments,
  id uuid not null unique,
  manifest jsonb not null,
  -- The report's own time: an older one never replaces it.
  reported_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);

create table deployment_events (
  deployment_id uuid not null references deployments,
  name text not null,
  deployment_target_id uuid not null references deployment_targets on delete cascade,
  event jsonb not null,
  at timestamptz not null,
  primary key (deployment_id, name)
);
create index deployment_events_target on deployment_events (deployment_target_id, at);

-- A wish for backups of a deployment: once, or whenever its schedule says. Each one made is a job.
create table backup_plans (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  project_id uuid not null references projects,
  deployment_id uuid not null references deployments,
  deployment_name text not null,
  cluster_resource_name text not null,
  backup_target_id uuid not null references backup_targets,
  backup_policy_id uuid references backup_policies,
  policy_schedule_id uuid,
  type text not null check (type in ('adhoc', 'scheduled')),
  level text not null check (level in ('snapshot', 'incremental')),
  schedule text,
  job_history_limit integer,
  reclaim_policy text not null default 'retain',
  state text not null default 'pending' check (state in ('pending', 'created', 'failed')),
  suspended boolean not null default false,
  local_only boolean not null default false,
  error jsonb,
  -- When it was last due; a schedule never makes two jobs for one moment.
  scheduled_for timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleting_at timestamptz,
  deleted_at timestamptz
);
create index backup_plans_deployment on backup_plans (deployment_id) where deleted_at is null;
create index backup_plans_target on backup_plans (backup_target_id) where deleted_at is null;
create index backup_plans_due on backup_plans (id)
  where type = 'scheduled' and not suspended and deleted_at is null and deleting_at is null;

-- A backup that a plan asked for, ours or one that an agent of somebody else reports.
create table backup_jobs (
  id uuid primary key,
  backup_plan_id uuid references backup_plans,
  -- Ours, whose state it then has.
  backup_id uuid unique references backups,
  workspace_id uuid not null references workspaces,
  project_id uuid not null references projects,
  deployment_id uuid not null references deployments,
  deployment_target_id uuid not null references deployment_targets,
  namespace_id uuid references namespaces,
  image_id uuid,
  name text not null,
  -- What was reported, of those that are not ours.
  report jsonb,
  reported_at timestamptz,
  -- How the deployment was then, for what is restored of it.
  deployment_spec jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz
);
create index backup_jobs_plan on backup_jobs (backup_plan_id) where deleted_at is null;
create index backup_jobs_project on backup_jobs (project_id, created_at, id) where deleted_at is null;
create index backup_jobs_deployment on backup_jobs (deployment_id) where deleted_at is null;
-- Those whose turn has not come.
create index backup_jobs_waiting on backup_jobs (created_at)
  where backup_id is null and report is null and deleted_at is null;
-- Those whose backup is to be removed.
create index backup_jobs_deleted on backup_jobs (backup_id) where deleted_at is not null;

-- A new deployment that is made from a job.
create table deployment_restores (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  backup_job_id uuid not null references backup_jobs,
  deployment_id uuid not null references deployments,
  deployment_target_id uuid not null references deployment_targets,
  namespace_id uuid not null references namespaces,
  name text not null,
  cluster_resource_name text not null,
  -- What was reported, where it is not ours to know.
  report jsonb,
  reported_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create index deployment_restores_deployment on deployment_restores (deployment_id);

alter table databases
  -- {memoryMb?, cpus?, storageBytes?, settings?}: in place of the size's.
  add column overrides jsonb not null default '{}',
  -- Whether clients must use TLS.
  add column tls_required boolean not null default false;
alter table instances
  -- The isolation group on its host.
  add column namespace text;

-- Null: as it was made.
alter table organizations add column updated_at timestamptz;
alter table projects add column updated_at timestamptz;

alter table service_identities
  add column description text,
  add column updated_at timestamptz not null default now();

-- A token that a login of a program got lives no longer than the login.
alter table access_tokens add column session_id uuid references sessions (id) on delete cascade;
create index access_tokens_of_session on access_tokens (session_id) where session_id is not null;

-- What a browser takes to a program that its user signs in to; good once, for a minute.
create table sign_in_codes (
  code_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  expires_at timestamptz not null
);

-- What users of the Portworx API sign in to. Its secret is nobody's: codes of it are exchanged by that API alone. On a
-- loopback address any port will do.
insert into oauth_applications (id, client_id, client_secret_hash, name, redirect_uris) values (
  '0198f3a0-0000-7000-8000-000000000015',
  'croft-pds',
  sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
  'Portworx Data Services',
  array['http://localhost/auth-wait', 'http://127.0.0.1/auth-wait', 'http://[::1]/auth-wait']
);
