import { sql } from 'kysely'
import type { Executor } from '../db/connect.ts'

export interface JobOptions {
  /**
   * Jobs with one key are one job as long as it waits: adding it again replaces the payload. One that runs
   * already is left to end (without retries) and the new one runs too, perhaps beside it: use `queue`, or a lock
   * in the job, where that matters. So a reconcile job never misses the change that asked for it.
   */
  readonly key?: string
  /** `replace` (default) takes the new `runAt`, `preserve_run_at` keeps the waiting job's. */
  readonly keyMode?: 'replace' | 'preserve_run_at'
  /** Not before; now unless given. */
  readonly runAt?: Date
  /**
   * Jobs of one queue run one after another, sometimes with a pause of up to a second between them. For a few
   * names, never one per thing.
   */
  readonly queue?: string
  /** 25 unless given; the pause between attempts grows from 3 s to 6 h (e^attempt seconds, at most e^10). */
  readonly maxAttempts?: number
}

/** Adds a job in the caller's transaction: it runs after the commit, or never. */
export async function addJob(
  executor: Executor,
  name: string,
  payload: object,
  options: JobOptions = {},
): Promise<void> {
  await sql`
    select from graphile_worker.add_job(
      identifier => ${name}::text,
      payload => ${JSON.stringify(payload)}::json,
      queue_name => ${options.queue ?? null}::text,
      run_at => ${options.runAt ?? null}::timestamptz,
      max_attempts => ${options.maxAttempts ?? null}::integer,
      job_key => ${options.key ?? null}::text,
      job_key_mode => ${options.keyMode ?? 'replace'}::text
    )`.execute(executor)
}
