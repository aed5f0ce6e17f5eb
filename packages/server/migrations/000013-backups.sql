-- Where backups and archives go besides the host's own directory.
create table backup_targets (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  name text not null,
  type text not null check (type in ('directory', 's3')),
  -- What is no secret: path; endpoint, region, bucket, prefix, pathStyle, accessKeyId.
  config jsonb not null,
  -- The secret access key, sealed.
  secret bytea,
  -- Whether hosts may find it inside a private network: who named it may decide that, or the installation lets all.
  allow_private boolean not null default false,
  state text not null default 'unknown' check (state in ('unknown', 'ok', 'failing')),
  state_message text,
  probed_at timestamptz,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index backup_targets_name on backup_targets (workspace_id, name) where deleted_at is null;

alter table databases
  -- Null is the directory of the database's host.
  add column backup_target_id uuid references backup_targets,
  -- Cron; null is the platform's schedule.
  add column backup_schedule text,
  add column backup_incremental text not null default 'auto' check (backup_incremental in ('auto', 'off')),
  -- Which of its schedule's times was seen to last.
  add column backup_scheduled_for timestamptz,
  -- Whether what is stored from now on is encrypted with the database's key.
  add column backup_encryption boolean not null default true,
  -- The database's own key, sealed; there whether or not it is used. Removed with its last backup.
  add column backup_key bytea,
  add column archived boolean not null default true,
  -- From when on nothing of a deleted database is kept.
  add column purge_at timestamptz,
  -- When nothing of a deleted database is left to be brought back.
  add column purged_at timestamptz;
create index databases_to_purge on databases (deleted_at) where deleted_at is not null and purged_at is null;

-- From which revision on the agent stores where, and encrypted as, the database says now.
alter table instances add column storage_revision bigint not null default 0;

-- `target` says where an earlier version's backups lie; later ones name their backup target.
alter table backups
  add column backup_target_id uuid references backup_targets,
  add column encrypted boolean not null default false,
  add column kind text not null default 'full' check (kind in ('full', 'incremental')),
  add column parent_id uuid references backups,
  add column chain text,
  add column start_lsn text,
  -- A restore through the archive may stop anywhere after this.
  add column consistent_at timestamptz,
  add column verification text not null default 'none'
    check (verification in ('none', 'pending', 'running', 'passed', 'failed')),
  add column verification_task_id uuid references agent_tasks,
  add column verified_at timestamptz,
  -- What the agent found, as the protocol's Verification.
  add column verification_result jsonb,
  add column verification_error text,
  -- Checks that ended with a fault which may have been the host's.
  add column verification_tries integer not null default 0,
  -- A check has failed, and none has passed since. While it is checked again it is still no good.
  add column found_bad boolean not null default false;
alter table backups drop constraint backups_trigger_check;
-- `chain`: the first of a new archive, which nothing could be restored from without it.
alter table backups add constraint backups_trigger_check check (trigger in ('schedule', 'manual', 'chain'));
create index backups_by_parent on backups (parent_id) where parent_id is not null;
create index backups_to_verify on backups (id) where verification in ('pending', 'running');
create index backups_by_chain on backups (instance_id, chain);
-- Ended tasks that nothing names are deleted.
create index backups_by_task on backups (task_id);
create index backups_by_verification_task on backups (verification_task_id);

-- Archives without a gap, as agents report them.
create table archive_chains (
  instance_id uuid not null references instances,
  chain text not null,
  epoch integer not null,
  backup_target_id uuid references backup_targets,
  encrypted boolean not null,
  started_at timestamptz not null,
  start_lsn text not null,
  base_key text,
  state text not null,
  archived_at timestamptz not null,
  lag_bytes bigint not null,
  fault jsonb,
  -- When another chain followed, or the database went.
  ended_at timestamptz,
  -- When the control plane first heard of it, by its own clock.
  recorded_at timestamptz not null default now(),
  -- Changes before it were removed.
  trimmed_lsn text,
  -- When all of it was asked to be removed, and when its agent had done so.
  removed_at timestamptz,
  cleared_at timestamptz,
  primary key (instance_id, chain)
);

create table restore_points (
  id uuid primary key,
  database_id uuid not null references databases,
  instance_id uuid not null references instances,
  task_id uuid references agent_tasks,
  name text not null,
  state text not null check (state in ('running', 'completed', 'failed')),
  chain text,
  lsn text,
  at timestamptz,
  error text,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index restore_points_name on restore_points (database_id, name)
  where deleted_at is null and state <> 'failed';
create index restore_points_by_task on restore_points (task_id);

alter table restores alter column backup_id drop not null;
-- The moment or restore point asked for, as the API shows it; null for a backup as it is.
alter table restores add column until jsonb;

-- A database's view warns of it.
create index events_corrupted on events (subject_id, at) where action = 'instance.corrupted';
