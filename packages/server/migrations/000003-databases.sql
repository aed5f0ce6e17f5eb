create table targets (
  id uuid primary key,
  name text not null unique,
  kind text not null check (kind in ('host')),
  -- The regions whose databases are placed here.
  regions text[] not null,
  join_token_hash bytea not null unique,
  -- The agent that joined first with the token; another one is refused.
  agent_id text,
  -- What the agent said in its last hello: engines, gateways, versions.
  agent jsonb,
  -- Which connection of the agent counts: a late end of an older one must not mark the target as gone.
  session_id uuid,
  connected_at timestamptz,
  last_seen_at timestamptz,
  created_at timestamptz not null default now()
);

-- Sizes are data: memory and engine settings by name.
create table sizes (
  id text primary key,
  position integer not null,
  memory_mb integer not null,
  connection_limit integer not null,
  -- engine -> setting -> value
  settings jsonb not null
);
insert into sizes (id, position, memory_mb, connection_limit, settings) values
  ('nano', 1, 256, 50, '{"postgres": {"shared_buffers": "8MB", "work_mem": "2MB", "maintenance_work_mem": "32MB", "effective_cache_size": "128MB", "max_connections": "60"}}'),
  ('small', 2, 1024, 100, '{"postgres": {"shared_buffers": "256MB", "work_mem": "4MB", "maintenance_work_mem": "64MB", "effective_cache_size": "768MB", "max_connections": "110"}}'),
  ('medium', 3, 4096, 200, '{"postgres": {"shared_buffers": "1GB", "work_mem": "8MB", "maintenance_work_mem": "256MB", "effective_cache_size": "3GB", "max_connections": "210"}}'),
  ('large', 4, 16384, 400, '{"postgres": {"shared_buffers": "4GB", "work_mem": "16MB", "maintenance_work_mem": "1GB", "effective_cache_size": "12GB", "max_connections": "410"}}');

create table databases (
  id uuid primary key,
  project_id uuid not null references projects,
  branch_id uuid references branches,
  name text not null,
  logical_id text,
  is_default boolean not null default false,
  engine text not null,
  version text not null,
  size text not null references sizes,
  region text not null,
  state text not null check (state in ('provisioning', 'ready', 'recovering', 'failed', 'deleting', 'deleted')),
  -- Why it is in `failed`, or what the last restore met; for people.
  state_message text,
  -- What it was made from, as the API shows it: {"type": "empty"} and the like.
  source jsonb not null,
  idle_timeout_seconds integer not null check (idle_timeout_seconds >= 0),
  connection_limit integer not null check (connection_limit > 0),
  backup_retention_days integer not null check (backup_retention_days > 0),
  created_at timestamptz not null default now(),
  ready_at timestamptz,
  deleted_at timestamptz
);
create index databases_by_project on databases (project_id, created_at, id) where deleted_at is null;
create unique index databases_default on databases (project_id) where is_default and deleted_at is null;
create unique index databases_logical_id on databases (project_id, branch_id, logical_id) nulls not distinct
  where deleted_at is null and logical_id is not null;

create sequence instance_revision;

-- The server behind a database: what we want of it and what its agent last saw.
-- A later issue puts several behind one database; the epoch says whose data is the truth.
create table instances (
  id uuid primary key,
  database_id uuid not null references databases,
  target_id uuid not null references targets,
  revision bigint not null default nextval('instance_revision'),
  presence text not null check (presence in ('present', 'absent')),
  epoch integer not null default 1,
  -- Epochs only grow; one that failed is not used again.
  last_epoch integer not null default 1,
  origin jsonb not null,
  -- The last ObservedInstance of its agent, and the parts of it that queries need.
  observed jsonb,
  observed_revision bigint not null default 0,
  observed_at timestamptz
);
create index instances_by_database on instances (database_id);
create index instances_by_target on instances (target_id, revision);

create table credentials (
  id uuid primary key,
  database_id uuid not null references databases,
  name text not null,
  -- The login; unique on the platform, since gateways route by it.
  role_name text not null unique,
  -- Sealed password, for dialects that show it again (DBaaS) and for the readiness check.
  password bytea not null,
  -- What PostgreSQL stores of it; all that an agent gets.
  verifier text not null,
  created_at timestamptz not null default now(),
  rotated_at timestamptz,
  deleted_at timestamptz
);
create index credentials_by_database on credentials (database_id, created_at, id) where deleted_at is null;

create table agent_tasks (
  id uuid primary key,
  target_id uuid not null references targets,
  task jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'running', 'done', 'failed')),
  report jsonb,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index agent_tasks_open on agent_tasks (target_id, created_at) where finished_at is null;

create table backups (
  id uuid primary key,
  database_id uuid not null references databases,
  instance_id uuid not null references instances,
  task_id uuid references agent_tasks,
  trigger text not null check (trigger in ('schedule', 'manual')),
  state text not null check (state in ('running', 'completed', 'failed', 'skipped', 'deleting', 'deleted')),
  target jsonb not null,
  -- Where it lies below its target; null until completed.
  key text,
  version text,
  size_bytes bigint,
  stored_bytes bigint,
  -- Opaque; equal to the next backup's when nothing was written in between.
  mark text,
  error text,
  progress jsonb,
  created_at timestamptz not null default now(),
  completed_at timestamptz
);
create index backups_by_database on backups (database_id, created_at desc, id);

create table restores (
  id uuid primary key,
  database_id uuid not null references databases,
  backup_id uuid not null references backups,
  epoch integer not null,
  state text not null check (state in ('running', 'completed', 'failed')),
  error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index restores_by_database on restores (database_id, created_at desc);

create table usage_samples (
  database_id uuid not null references databases,
  at timestamptz not null,
  size_bytes bigint not null,
  operations bigint not null,
  primary key (database_id, at)
);
