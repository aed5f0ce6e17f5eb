-- What a user may be asked for besides the password. The secret counts once a code of it was shown (totp_confirmed_at).
alter table users
  add column totp_secret bytea,
  add column totp_confirmed_at timestamptz,
  -- The time step of the last code that was taken: none is taken twice.
  add column totp_last_step bigint,
  -- SHA-256 of each recovery code that was not used yet.
  add column recovery_codes bytea[] not null default '{}',
  add column last_login_at timestamptz,
  -- Made by an invitation whose link the inviter passed on: nobody has shown that the address is theirs.
  add column email_unproven boolean not null default false;
-- Users who log in elsewhere have no password here.
alter table users alter column password_hash drop not null;

-- Who a user is at another provider (OpenID Connect).
create table user_identities (
  issuer text not null,
  subject text not null,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null default now(),
  primary key (issuer, subject)
);
create index user_identities_by_user on user_identities (user_id);

-- Logins at another provider that have begun.
create table oidc_logins (
  state_hash bytea primary key,
  nonce text not null,
  -- Sealed.
  code_verifier bytea not null,
  return_to text not null,
  expires_at timestamptz not null
);

alter table sessions
  add column id uuid not null default gen_random_uuid() unique,
  add column address text,
  add column user_agent text,
  add column last_seen_at timestamptz not null default now();
create index sessions_by_user on sessions (user_id);

create table password_resets (
  token_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create table invitations (
  id uuid primary key,
  email text not null,
  role text not null,
  scope_type text not null check (scope_type in
    ('platform', 'organization', 'workspace', 'project', 'namespace', 'database', 'app')),
  scope_id uuid,
  invited_by uuid references users on delete set null,
  token_hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  deleted_at timestamptz
);
create unique index invitations_open on invitations (lower(email), role, scope_type, scope_id) nulls not distinct
  where accepted_at is null and deleted_at is null;
create index invitations_by_scope on invitations (scope_type, scope_id);
