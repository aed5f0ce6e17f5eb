-- Programs that log in with a client id and a secret and get a short-lived token: service identities, and the key
-- pairs (public, private) that App Services' clients log in with.
create table service_identities (
  id uuid primary key,
  organization_id uuid not null references organizations,
  kind text not null check (kind in ('identity', 'key-pair')),
  name text not null,
  client_id text not null unique,
  secret_hash bytea not null,
  -- Counts regenerations; the first secret is 1.
  secret_generation integer not null default 1,
  secret_changed_at timestamptz not null default now(),
  created_by uuid references users on delete set null,
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  deleted_at timestamptz,
  last_used_at timestamptz
);
create unique index service_identities_name on service_identities (organization_id, kind, name) where deleted_at is null;

-- A role may be held by a user or by a service identity, at any level.
alter table role_bindings alter column user_id drop not null;
alter table role_bindings add column identity_id uuid references service_identities on delete cascade;
alter table role_bindings add check (num_nonnulls(user_id, identity_id) = 1);
alter table role_bindings drop constraint role_bindings_user_id_role_scope_type_scope_id_key;
create unique index role_bindings_once
  on role_bindings (coalesce(user_id, identity_id), role, scope_type, scope_id) nulls not distinct;
create index role_bindings_by_user on role_bindings (user_id) where user_id is not null;
create index role_bindings_by_identity on role_bindings (identity_id) where identity_id is not null;
create index role_bindings_by_scope on role_bindings (scope_type, scope_id);
alter table role_bindings drop constraint role_bindings_scope_type_check;
alter table role_bindings add check (scope_type in
  ('platform', 'organization', 'workspace', 'project', 'namespace', 'database', 'app'));
-- What was a workspace's role for a whole organization has a name of its own now.
update role_bindings set role = replace(role, 'workspace-', 'organization-') where scope_type = 'organization';

-- Tokens of service identities, users' own API keys and API keys with rules are tokens like the others.
alter table access_tokens drop constraint access_tokens_kind_check;
alter table access_tokens add check (kind in ('service', 'oauth', 'user', 'user-key', 'identity', 'api-key'));
alter table access_tokens drop constraint access_tokens_check;
alter table access_tokens
  add column identity_id uuid references service_identities on delete cascade,
  -- Switched off, and perhaps on again.
  add column disabled_at timestamptz,
  -- The value, sealed, of the kinds that show it again.
  add column sealed bytea,
  -- Of an API key: what it may do, as its dialect keeps and shows it.
  add column rules jsonb,
  add column updated_at timestamptz not null default now();
alter table access_tokens add check (
  case
    when kind in ('user', 'user-key') then user_id is not null
    when kind = 'identity' then identity_id is not null
    else workspace_id is not null
  end);
create index access_tokens_of_user on access_tokens (user_id, kind) where revoked_at is null;
create index access_tokens_of_identity on access_tokens (identity_id) where identity_id is not null;

-- What a workspace's own security says: custom roles and rules for everybody who comes to it.
create table workspace_security (
  workspace_id uuid primary key references workspaces on delete cascade,
  -- {"roles": {name: {...}}, "rules": [...]}, as it was put.
  authorizations jsonb,
  authentication jsonb,
  updated_at timestamptz not null default now()
);
-- Custom roles that users hold in a workspace; built-in ones are bindings.
create table workspace_role_members (
  workspace_id uuid not null references workspaces on delete cascade,
  role text not null,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null default now(),
  primary key (workspace_id, user_id, role)
);
