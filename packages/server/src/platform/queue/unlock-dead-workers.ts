import type pg from 'pg'

/** First half of the advisory lock that a live worker holds; the second is a hash of its id. */
export const WORKER_LOCK_CLASS = 7401

const FIND = `
  select id, seen_at < now() - interval '30 seconds' as stale
  from croft.workers as worker
  where id <> $1 and (
    seen_at < now() - interval '30 seconds'
    or not exists (
      select from pg_locks
      where locktype = 'advisory' and granted
        and database = (select oid from pg_database where datname = current_database())
        and classid = $2::int::oid
        and objid::bigint = hashtext(worker.id)::bigint & 4294967295
    )
  )`

// A worker that died before it could note itself. The queue has no public view of locked queues.
const FIND_UNKNOWN = `
  select distinct locked_by as id
  from (
    select locked_by, locked_at from graphile_worker._private_jobs where locked_at is not null
    union all
    select locked_by, locked_at from graphile_worker._private_job_queues where locked_at is not null
  ) as locks
  where locked_at < now() - interval '30 seconds' and locked_by <> $1
    and not exists (select from croft.workers where id = locked_by)`

// One statement, so that a worker is forgotten only if its jobs are free. The queue's workers are told
// as `add_job` tells them, else they would find the jobs at their next poll.
const UNLOCK = `
  with gone as (delete from croft.workers where id = any($1::text[]))
  select graphile_worker.force_unlock_workers($1::text[]), pg_notify('jobs:insert', '{"count": 16}')`

/**
 * A step that frees the jobs of dead workers and returns their ids. A worker is dead when it has not been seen for
 * 30 s, or has lost its lock in two steps one after another: a live one that lost its connection takes it again
 * between them. A job freed so counts the attempt that was cut off.
 */
export function createSweep(own: string): (client: pg.ClientBase) => Promise<string[]> {
  let suspects = new Set<string>()
  return async (client) => {
    const found = await client.query<{ id: string; stale: boolean }>(FIND, [own, WORKER_LOCK_CLASS])
    const dead = found.rows.filter(({ id, stale }) => stale || suspects.has(id)).map(({ id }) => id)
    suspects = new Set(found.rows.map(({ id }) => id))
    const unknown = await client.query<{ id: string }>(FIND_UNKNOWN, [own])
    dead.push(...unknown.rows.map(({ id }) => id))
    if (dead.length > 0) await client.query(UNLOCK, [dead])
    return dead
  }
}
