import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseCronItems, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker'
import type pg from 'pg'
import type { Logger } from 'pino'
import { announceWorker, type Liveness } from './announce-worker.ts'
import type { CronEntry, Job } from './job.ts'
import { queueLogger } from './queue-logger.ts'

export interface WorkerOptions {
  /** Two connections are held for good, up to `concurrency + 1` more are used now and then. */
  readonly pool: pg.Pool
  readonly jobs: Readonly<Record<string, Job>>
  readonly cron?: readonly CronEntry[]
  /** Jobs at one time in this process. */
  readonly concurrency: number
  readonly log: Logger
}

export interface Worker {
  /** Takes no more jobs, waits for those that run (their signal is aborted after 3 s), gives up after 8 s. */
  stop(): Promise<void>
}

const ABORT_AFTER_MS = 3_000
const GIVE_UP_AFTER_MS = 8_000
const RESTART_DELAY_MS = 500

/** `running` has the id of each job from its first moment to its last. */
function toTasks(jobs: WorkerOptions['jobs'], running: Set<string>): TaskList {
  const tasks: TaskList = {}
  for (const [name, job] of Object.entries(jobs)) {
    tasks[name] = async (payload: unknown, { job: row, abortSignal }) => {
      const jobId = String(row.id)
      running.add(jobId)
      try {
        await job(payload, { jobId, attempt: row.attempts, signal: abortSignal })
      } finally {
        running.delete(jobId)
      }
    }
  }
  return tasks
}

interface Running {
  readonly runner: Runner
  readonly liveness: Liveness
}

async function startOnce({ pool, jobs, cron = [], concurrency, log }: WorkerOptions): Promise<Running> {
  const events: WorkerEvents = new EventEmitter()
  let liveness: Liveness | undefined
  const running = new Set<string>()
  // The queue locks jobs under an id it makes up; this is the only moment it tells it.
  events.on('pool:create', ({ workerPool }) => {
    liveness = announceWorker({ pool, id: workerPool.id, running, log })
  })
  const runner = await run({
    pgPool: pool,
    events,
    concurrency,
    noHandleSignals: true,
    schema: 'graphile_worker',
    // Jobs that are due are announced by NOTIFY; polling is for those planned for later, and for retries.
    pollInterval: 1_000,
    gracefulShutdownAbortTimeout: ABORT_AFTER_MS,
    logger: queueLogger(log),
    taskList: toTasks(jobs, running),
    parsedCronItems: parseCronItems(
      cron.map(({ name, pattern, job }) => ({
        task: job,
        match: pattern,
        identifier: name,
        // One that still waits, since no worker was there, is not added a second time.
        options: { jobKey: `cron:${name}` },
      })),
    ),
    // Without batches graphile-worker 0.18 does not await its own "job done" statement: a database that goes
    // away at that moment would be an unhandled rejection, and the end of this process.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  })
  if (!liveness) throw new Error('the queue did not say the id of its worker')
  return { runner, liveness }
}

async function stopOnce({ runner, liveness }: Running): Promise<void> {
  const stopped = runner.stop().catch(() => undefined)
  const timeout = new AbortController()
  const inTime = await Promise.race([
    stopped.then(() => true),
    sleep(GIVE_UP_AFTER_MS, false, { signal: timeout.signal }).catch(() => false),
  ])
  timeout.abort()
  if (!inTime) await runner.kill('its jobs did not end in time').catch(() => undefined)
  await liveness.stop()
}

/**
 * Runs jobs until it is stopped. When the queue gives up (PostgreSQL away at a bad moment), it is started again.
 * Rejects when the first start fails.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const stopping = new AbortController()
  let running: Running | undefined = await startOnce(options)

  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (running) {
        const { runner, liveness } = running
        const ended = runner.promise.catch((error) =>
          options.log.error({ err: error }, 'the job queue stopped'),
        )
        const how = await Promise.race([ended.then(() => 'ended'), liveness.stalled.then(() => 'stalled')])
        if (stopping.signal.aborted) return
        if (how === 'stalled') {
          options.log.error('the job queue takes no jobs any more; it is started anew')
          await stopOnce(running)
        } else await liveness.stop()
        running = undefined
      }
      await sleep(RESTART_DELAY_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      try {
        running = await startOnce(options)
      } catch (error) {
        options.log.error({ err: error }, 'the job queue does not start; trying again')
      }
    }
  }
  const done = keepRunning()

  return {
    async stop() {
      stopping.abort()
      if (running) await stopOnce(running)
      await done
      // A start that was under way when `stop` was called.
      if (running && !running.liveness.stopped()) await stopOnce(running)
    },
  }
}
