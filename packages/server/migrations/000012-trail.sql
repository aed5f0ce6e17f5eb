-- The trail is sealed into a chain a moment after it is written: each link's hash covers its event and the link before,
-- so that an event that was changed, left out or put in later shows. A lock per write would be too dear.
create table event_links (
  -- 1, 2, 3 ... without gaps.
  sequence bigint primary key,
  event_id uuid not null unique,
  -- SHA-256 of the event; stays when the event goes, so that the chain can be verified without it.
  digest bytea not null,
  -- SHA-256 of the hash before and the digest.
  hash bytea not null,
  sealed_at timestamptz not null default now(),
  -- When retention deleted the event.
  deleted_at timestamptz
);
create index event_links_deleted on event_links (sequence) where deleted_at is not null;

-- Events that have no link yet. Written by a trigger in the event's own transaction, so that none is missed, whenever
-- that commits; and looked through alone, so that sealing costs the same with ten events as with ten million.
create table events_unsealed (event_id uuid primary key);
insert into events_unsealed select id from events;

create function note_events() returns trigger language plpgsql as $$
begin
  insert into events_unsealed select id from written;
  perform pg_notify('croft_event', '');
  return null;
end $$;
create trigger events_noted after insert on events
  referencing new table as written for each statement execute function note_events();

-- Links change only when retention deletes what they are of.
create function refuse_link_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('croft.retention', true) = 'on' then
    return old;
  elsif tg_op = 'UPDATE' and current_setting('croft.retention', true) = 'on' then
    return new;
  end if;
  raise exception 'the chain of events is append-only';
end $$;
create trigger event_links_kept before update or delete on event_links
  for each row execute function refuse_link_change();
create trigger event_links_not_truncated before truncate on event_links
  for each statement execute function refuse_link_change();

-- Where the chain begins after its oldest links were deleted: the last of them. One row at most.
create table event_checkpoints (
  sequence bigint primary key,
  hash bytea not null,
  at timestamptz not null default now()
);
create table event_retention (
  workspace_id uuid primary key references workspaces on delete cascade,
  days integer not null check (days > 0)
);

create index events_by_actor on events (actor_id, id);
-- What retention says of itself.
create index events_of_retention on events (id) where actor_type = 'system' and action = 'events.expired';
