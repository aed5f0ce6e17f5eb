import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import { createSweep, WORKER_LOCK_CLASS } from './unlock-dead-workers.ts'
import { createForgottenJobsStep } from './unlock-forgotten-jobs.ts'
import { createStallStep } from './watch-stall.ts'

const TICK_MS = 2_000
const RENEW_EVERY_TICKS = 5

export interface Liveness {
  stopped(): boolean
  /** Resolves when the worker takes no jobs any more although there are some. */
  readonly stalled: Promise<void>
  /** Says that the worker is gone, so that whatever it left locked may be taken at once. */
  stop(): Promise<void>
}

export interface AnnounceOptions {
  readonly pool: pg.Pool
  readonly id: string
  /** Ids of the jobs it runs at the moment. */
  readonly running: ReadonlySet<string>
  readonly log: Pick<Logger, 'warn'>
}

/**
 * Says that the worker lives: an advisory lock on its id, which PostgreSQL drops when the process dies, and a
 * time renewed every 10 s, for connections whose other end vanished without a word. Looks after the other
 * workers, and for jobs that are locked for it without its knowing, on the way.
 */
export function announceWorker({ pool, id, running, log }: AnnounceOptions): Liveness {
  const stopping = new AbortController()
  const stalled = Promise.withResolvers<void>()
  const pause = (ms: number): Promise<unknown> =>
    sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined)

  async function announceOn(client: pg.PoolClient, broken: AbortSignal): Promise<void> {
    let locked = false
    const sweep = createSweep(id)
    const unlockForgotten = createForgottenJobsStep(id, running)
    const hasStalled = createStallStep(running)
    for (let tick = 0; !stopping.signal.aborted && !broken.aborted; tick++) {
      if (!locked) {
        // Taken later when a dead connection of ours still holds it.
        const { rows } = await client.query<{ locked: boolean }>(
          'select pg_try_advisory_lock($1, hashtext($2)) as locked',
          [WORKER_LOCK_CLASS, id],
        )
        locked = rows[0]?.locked ?? false
      }
      if (tick % RENEW_EVERY_TICKS === 0) {
        await client.query(
          'insert into croft.workers (id) values ($1) on conflict (id) do update set seen_at = now()',
          [id],
        )
      }
      const dead = await sweep(client)
      if (dead.length > 0) log.warn({ workers: dead }, 'took back the jobs of workers that died')
      const forgotten = await unlockForgotten(client)
      if (forgotten.length > 0)
        log.warn({ jobs: forgotten }, 'took back jobs that this worker never heard of')
      if (await hasStalled(client)) stalled.resolve()
      await pause(TICK_MS)
    }
    if (stopping.signal.aborted) await client.query('delete from croft.workers where id = $1', [id])
  }

  async function announce(): Promise<void> {
    while (!stopping.signal.aborted) {
      let client: pg.PoolClient | undefined
      const broken = new AbortController()
      const onError = (): void => broken.abort()
      try {
        client = await pool.connect()
        client.on('error', onError)
        await announceOn(client, broken.signal)
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ err: error }, 'this worker cannot say that it lives')
      } finally {
        // Closed, not given back: closing is what frees the lock.
        client?.release(true)
      }
      if (!stopping.signal.aborted) await pause(250)
    }
  }
  const done = announce()

  return {
    stopped: () => stopping.signal.aborted,
    stalled: stalled.promise,
    async stop() {
      stopping.abort()
      await done
    },
  }
}
