import type pg from 'pg'

const FIND = `
  select id from graphile_worker._private_jobs
  where locked_by = $1 and locked_at < now() - interval '3 seconds' and not id = any($2::bigint[])`

// The queue's workers are told as `add_job` tells them, else they would find the jobs at their next poll.
const UNLOCK = `
  with freed as (
    update graphile_worker._private_jobs set locked_at = null, locked_by = null
    where id = any($1::bigint[]) and locked_by = $2 returning job_queue_id
  ), queues as (
    update graphile_worker._private_job_queues set locked_at = null, locked_by = null
    where id in (select job_queue_id from freed) and locked_by = $2
  )
  select pg_notify('jobs:insert', '{"count": 16}')`

/**
 * A step that frees jobs which are locked under a live worker's id and which it does not run: PostgreSQL was killed
 * after it had given the job away and before the worker heard so, or before it heard that the job was done. The queue
 * itself frees such a job after four hours. A job is forgotten when two steps one after another find it so: one that is
 * on its way begins between them. Returns their ids.
 */
export function createForgottenJobsStep(
  own: string,
  running: ReadonlySet<string>,
): (client: pg.ClientBase) => Promise<string[]> {
  let suspects = new Set<string>()
  return async (client) => {
    const { rows } = await client.query<{ id: string | number }>(FIND, [own, [...running]])
    const found = rows.map(({ id }) => String(id))
    const forgotten = found.filter((id) => suspects.has(id) && !running.has(id))
    suspects = new Set(found)
    if (forgotten.length > 0) await client.query(UNLOCK, [forgotten, own])
    return forgotten
  }
}
