-- The newest epoch whose data clients have been promised; 0 before the first. A restore that fails may go back to no
-- older data than that, and an agent never makes it anew.
alter table instances add column settled_epoch integer not null default 0;
update instances set settled_epoch = instances.epoch from databases
  where databases.id = instances.database_id and databases.ready_at is not null
    and databases.state not in ('provisioning', 'recovering');
