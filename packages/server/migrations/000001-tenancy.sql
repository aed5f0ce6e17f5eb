-- Who owns what: organizations hold workspaces, workspaces hold projects.
create table organizations (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null default now()
);

create table workspaces (
  id uuid primary key,
  organization_id uuid not null references organizations,
  name text not null,
  created_at timestamptz not null default now()
);

create table users (
  id uuid primary key,
  email text not null,
  display_name text,
  password_hash text not null,
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);
create unique index users_email on users (lower(email));

-- What a user may do where. scope_id is null for the whole platform.
create table role_bindings (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  role text not null,
  scope_type text not null check (scope_type in ('platform', 'organization', 'workspace')),
  scope_id uuid,
  created_at timestamptz not null default now(),
  unique nulls not distinct (user_id, role, scope_type, scope_id)
);

create table projects (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  name text not null,
  logical_id text,
  -- Set for temporary projects: deleted when it has passed, unless claimed.
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create index projects_by_workspace on projects (workspace_id, created_at, id) where deleted_at is null;
create unique index projects_logical_id on projects (workspace_id, logical_id) where deleted_at is null;
create index projects_expiring on projects (expires_at) where expires_at is not null and deleted_at is null;

-- A named environment that databases attach to; no data of its own.
create table branches (
  id uuid primary key,
  project_id uuid not null references projects,
  git_name text not null,
  is_default boolean not null,
  role text not null check (role in ('production', 'preview')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index branches_git_name on branches (project_id, git_name) where deleted_at is null;
create unique index branches_default on branches (project_id) where is_default and deleted_at is null;

-- Vendors' own ids (App Services' ObjectIds, DBaaS' integers) of our resources, and fields we only echo.
create table resource_aliases (
  resource_id uuid not null,
  dialect text not null,
  external_id text not null,
  primary key (dialect, external_id),
  unique (resource_id, dialect)
);
create table resource_annotations (
  resource_id uuid not null,
  dialect text not null,
  data jsonb not null,
  primary key (resource_id, dialect)
);
