import type pg from 'pg'

// Due for longer than a poll takes. Those of named queues may have to wait for one another.
const OVERDUE = `
  select exists (
    select from graphile_worker._private_jobs
    where is_available and job_queue_id is null and run_at < now() - interval '5 seconds'
  ) as overdue`

/** Looks, one after another, that find overdue jobs and a worker that runs none. */
const LOOKS = 3

/**
 * A step that says whether a worker has stalled: jobs are overdue and it runs none. graphile-worker does so for good
 * when its connections break at a bad moment, often enough: it lives, and takes no job any more.
 */
export function createStallStep(running: ReadonlySet<string>): (client: pg.ClientBase) => Promise<boolean> {
  let looks = 0
  return async (client) => {
    if (running.size > 0) {
      looks = 0
      return false
    }
    const { rows } = await client.query<{ overdue: boolean }>(OVERDUE)
    looks = rows[0]?.overdue && running.size === 0 ? looks + 1 : 0
    return looks >= LOOKS
  }
}
