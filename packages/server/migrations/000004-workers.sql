-- Processes that run jobs. The queue keeps a dead worker's jobs locked for hours; this says who is alive, so
-- that they come back in seconds. A live worker also holds an advisory lock on its id.
create table workers (
  -- The id under which the queue locks jobs.
  id text primary key,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
