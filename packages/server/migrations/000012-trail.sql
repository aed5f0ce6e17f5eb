-- The trail is sealed into a chain a moment after it is written: each link's hash covers its event and the link before,
-- so that an event that was changed, left out or put in later shows. A lock per write would be too dear.
create table event_links (
  -- 1, 2, 3 ... without gaps.
  sequence bigint primary key,
  event_id uuid not null unique,
  hash bytea not null,
  sealed_at timestamptz not null default now()
);
-- Where the chain begins after old events were deleted: the hash of the last deleted link.
create table event_checkpoints (
  sequence bigint primary key,
  hash bytea not null,
  at timestamptz not null default now()
);
create table event_retention (
  workspace_id uuid primary key references workspaces on delete cascade,
  days integer not null check (days > 0)
);
