-- Events were safe from changes, not from deletion. Only the retention job may delete, and says so in its own
-- transaction: set local croft.retention = 'on'.
create function refuse_deletion() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('croft.retention', true) = 'on' then
    return old;
  end if;
  raise exception 'events are append-only';
end $$;
create trigger events_kept before delete on events for each row execute function refuse_deletion();
create trigger events_not_truncated before truncate on events for each statement execute function refuse_deletion();

-- Placing a database counts its hosts' instances; those that are gone stay as rows and must not slow it down.
create index instances_present on instances (target_id) where presence = 'present';
-- The few that something is done about at the moment.
create index databases_moving on databases (state) where state in ('provisioning', 'recovering', 'deleting');
