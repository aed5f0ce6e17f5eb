-- Bearer tokens of every kind. The token itself is never stored: looked up by its SHA-256.
create table access_tokens (
  id uuid primary key,
  kind text not null check (kind in ('service', 'oauth', 'user')),
  token_hash bytea not null unique,
  -- The last characters, so that people can tell tokens apart.
  hint text not null,
  name text,
  -- Null for a user's own token, which reaches as far as the user does.
  workspace_id uuid references workspaces,
  -- Whom an OAuth or a user's token acts for, and the grant it hangs on.
  user_id uuid references users on delete cascade,
  grant_id uuid,
  scopes text[] not null default '{}',
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  check (kind = 'user' and user_id is not null or workspace_id is not null)
);
create index access_tokens_by_workspace on access_tokens (workspace_id, created_at desc, id) where revoked_at is null;
create index access_tokens_by_grant on access_tokens (grant_id) where grant_id is not null;

create table oauth_applications (
  id uuid primary key,
  client_id text not null unique,
  -- Null for a public client, which must use PKCE.
  client_secret_hash bytea,
  name text not null,
  redirect_uris text[] not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);

-- A user's consent for an application in one workspace (Prisma: integration).
create table oauth_grants (
  id uuid primary key,
  application_id uuid not null references oauth_applications,
  workspace_id uuid not null references workspaces,
  user_id uuid not null references users,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index oauth_grants_by_workspace on oauth_grants (workspace_id, created_at, id) where revoked_at is null;
alter table access_tokens add foreign key (grant_id) references oauth_grants;

create table authorization_codes (
  code_hash bytea primary key,
  grant_id uuid not null references oauth_grants,
  redirect_uri text not null,
  code_challenge text,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table refresh_tokens (
  token_hash bytea primary key,
  grant_id uuid not null references oauth_grants,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- When it was exchanged for the next one; using it again later revokes the grant.
  rotated_at timestamptz
);
create index refresh_tokens_by_grant on refresh_tokens (grant_id);

-- Browser logins.
create table sessions (
  token_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

-- Failed logins by account and by address, for back-off.
create table login_failures (
  key text primary key,
  failures integer not null,
  last_at timestamptz not null
);

create table idempotency_keys (
  -- Principal and operation, so that two callers' equal keys don't meet.
  scope text not null,
  key text not null,
  request_hash bytea not null,
  created_at timestamptz not null default now(),
  -- Renewed by the process that works on it; an old one may be taken over.
  locked_until timestamptz not null,
  status integer,
  headers jsonb,
  -- Sealed: a response may hold secrets that are shown once.
  body bytea,
  primary key (scope, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

create table events (
  id uuid primary key,
  at timestamptz not null default now(),
  workspace_id uuid,
  actor_type text not null,
  actor_id text,
  actor_name text,
  -- noun.past, e.g. database.created
  action text not null,
  subject_type text not null,
  subject_id text not null,
  before jsonb,
  after jsonb,
  request_id text
);
create index events_by_workspace on events (workspace_id, id);
create index events_by_subject on events (subject_id, id);
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'events are append-only';
end $$;
create trigger events_append_only before update on events for each row execute function refuse_change();
