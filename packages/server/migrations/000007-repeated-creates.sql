-- The id of what the first request with a key makes. A repeat after a crash finds by it what is there already.
alter table idempotency_keys add column resource_id uuid not null default gen_random_uuid();
