-- What databases run on. An engine is listed from its first agent on; so is each of its versions.
create table engines (
  id uuid primary key,
  name text not null unique,
  created_at timestamptz not null default clock_timestamp()
);
create table engine_versions (
  id uuid primary key,
  engine_id uuid not null references engines,
  version text not null,
  created_at timestamptz not null default clock_timestamp(),
  unique (engine_id, version)
);

-- Where databases go: a region's hosts, and a namespace there.
create table environments (
  id uuid primary key,
  name text not null,
  region text not null,
  namespace text not null,
  created_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz
);
create unique index environments_name on environments (name) where deleted_at is null;

-- What can be ordered: an engine and a size, in some environments.
create table plans (
  id uuid primary key,
  name text not null,
  description text,
  engine text not null,
  -- Null is the newest that is installed where the database goes.
  version text,
  size text not null references sizes,
  is_active boolean not null default true,
  -- At most one of an engine.
  is_default boolean not null default false,
  -- Made by Croft when the engine was first seen.
  seeded boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz
);
create unique index plans_name on plans (name) where deleted_at is null;
create unique index plans_default on plans (engine) where is_default and deleted_at is null;
create table plan_environments (
  plan_id uuid not null references plans,
  environment_id uuid not null references environments,
  primary key (plan_id, environment_id)
);

alter table databases
  -- Its name within its server; null is the engine's usual one.
  add column database_name text,
  -- Whether it has a port of its own, for logins whose names are chosen.
  add column own_port boolean not null default false,
  add column plan_id uuid references plans,
  add column environment_id uuid references environments,
  -- Since when it is out of sight, its passwords changed, but kept.
  add column quarantined_at timestamptz,
  -- When its purge was announced.
  add column quarantine_warned_at timestamptz;
-- Elsewhere one in quarantine reads as deleted, so what it was called there may be given again.
drop index databases_logical_id;
create unique index databases_logical_id on databases (project_id, branch_id, logical_id) nulls not distinct
  where deleted_at is null and quarantined_at is null and logical_id is not null;
create index databases_quarantined on databases (quarantined_at) where quarantined_at is not null and deleted_at is null;

alter table credentials
  -- A name that somebody chose is unique within its database only; logins find it through the database's own port.
  add column chosen boolean not null default false;
alter table credentials drop constraint credentials_role_name_key;
create unique index credentials_shared_name on credentials (role_name) where not chosen;
create unique index credentials_chosen_name on credentials (database_id, role_name) where deleted_at is null;

update sizes set settings = settings || case id
  when 'nano' then '{"mariadb": {"innodb_buffer_pool_size": "16M", "max_connections": "60"}, "redis": {"maxmemory": "67108864", "maxclients": "100"}}'::jsonb
  when 'small' then '{"mariadb": {"innodb_buffer_pool_size": "384M", "max_connections": "110"}, "redis": {"maxmemory": "536870912", "maxclients": "300"}}'::jsonb
  when 'medium' then '{"mariadb": {"innodb_buffer_pool_size": "2G", "max_connections": "210"}, "redis": {"maxmemory": "2147483648", "maxclients": "600"}}'::jsonb
  else '{"mariadb": {"innodb_buffer_pool_size": "10G", "max_connections": "410"}, "redis": {"maxmemory": "10737418240", "maxclients": "1200"}}'::jsonb
end;

-- DBaaS names things by kind and number. Numbers are given in the order of making and never again.
create sequence dbaas_database;
create sequence dbaas_credential;
create sequence dbaas_project;
create sequence dbaas_plan;
create sequence dbaas_environment;
create sequence dbaas_engine;
create sequence dbaas_enginetype;
create sequence dbaas_team;
create function number_for_dbaas() returns trigger language plpgsql as $$
begin
  insert into resource_aliases (resource_id, dialect, external_id)
    values (new.id, 'dbaas', tg_argv[0] || '/' || nextval('dbaas_' || tg_argv[0]));
  return null;
end $$;
create trigger number_for_dbaas after insert on databases for each row execute function number_for_dbaas('database');
create trigger number_for_dbaas after insert on credentials for each row execute function number_for_dbaas('credential');
create trigger number_for_dbaas after insert on projects for each row execute function number_for_dbaas('project');
create trigger number_for_dbaas after insert on workspaces for each row execute function number_for_dbaas('team');
create trigger number_for_dbaas after insert on plans for each row execute function number_for_dbaas('plan');
create trigger number_for_dbaas after insert on environments for each row execute function number_for_dbaas('environment');
create trigger number_for_dbaas after insert on engines for each row execute function number_for_dbaas('enginetype');
create trigger number_for_dbaas after insert on engine_versions for each row execute function number_for_dbaas('engine');

insert into resource_aliases (resource_id, dialect, external_id)
  select id, 'dbaas', 'database/' || nextval('dbaas_database') from (select id from databases order by created_at, id) made;
insert into resource_aliases (resource_id, dialect, external_id)
  select id, 'dbaas', 'credential/' || nextval('dbaas_credential') from (select id from credentials order by created_at, id) made;
insert into resource_aliases (resource_id, dialect, external_id)
  select id, 'dbaas', 'project/' || nextval('dbaas_project') from (select id from projects order by created_at, id) made;
insert into resource_aliases (resource_id, dialect, external_id)
  select id, 'dbaas', 'team/' || nextval('dbaas_team') from (select id from workspaces order by created_at, id) made;

-- 000014: the first two environments, of the region that every installation serves.
insert into environments (id, name, region, namespace) values
  ('01900000-0000-7000-8000-000000000001', 'dev', 'us-east-1', 'dev'),
  ('01900000-0000-7000-8000-000000000002', 'prod', 'us-east-1', 'prod');
