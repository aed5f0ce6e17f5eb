import { setTimeout as delay } from 'node:timers/promises'
import type { Task, TaskReport } from '@croft/protocol'
import type { Logger } from 'pino'
import { toFault } from '../fault.ts'
import { createLimiter, type Limiter } from '../instances/limiter.ts'
import { Later } from './later.ts'
import type { TaskFiles, TaskRecord } from './task-file.ts'
import type { TaskOutcome } from './task-outcome.ts'
import { withoutSecrets } from './without-secrets.ts'

/** Backups at one time: each keeps a core busy. */
const BACKUPS = 2
/** Records of finished tasks are kept so long for repeats, in ms. */
const KEPT_MS = 7 * 24 * 3_600_000
/** Progress is told at most so often, in ms. */
const TELL_MS = 1000
/** What cannot be done now is tried for so long, in ms, over restarts. */
const TRIED_MS = 24 * 3_600_000
/** The longest pause before another attempt, in ms. */
const PAUSE_MS = 60_000
/** Finished tasks that each hello tells of; older ones are told when the control plane asks for them again. */
const TOLD = 100

/** Work that is done once per id, however often and after how many restarts it is asked. */
export interface Tasks {
  /** Reads what earlier runs left and goes on with what they had not finished. */
  load(): Promise<void>
  submit(task: Task): void
  /** Unfinished ones, and the last 100 that finished. */
  reports(): TaskReport[]
  /** Ends those under way; they are run again after the next start. */
  close(): Promise<void>
}

export interface TasksOptions {
  readonly files: TaskFiles
  readonly log: Logger
  tell(report: TaskReport): void
  /** After a task has failed for good: what its attempts have left can go. */
  onFailed?(task: Task): Promise<void>
  run(
    task: Task,
    onProgress: (doneBytes: number, totalBytes: number) => void,
    signal: AbortSignal,
  ): Promise<TaskOutcome>
}

export function createTasks({ files, log, tell, onFailed, run }: TasksOptions): Tasks {
  const records = new Map<string, TaskRecord>()
  const running = new Set<Promise<void>>()
  const over = new AbortController()
  const lanes: Record<Task['kind'], Limiter> = {
    backup: createLimiter(BACKUPS),
    'verify-backup': createLimiter(1),
    'delete-backup': createLimiter(1),
    'trim-archive': createLimiter(1),
    'probe-target': createLimiter(2),
    'mark-restore-point': createLimiter(4),
  }

  async function keep(record: TaskRecord): Promise<void> {
    await files.write(record).catch((err: unknown) => {
      log.warn({ err, task: record.task.id }, 'the state of a task is not saved; a repeat may do it again')
    })
  }

  function finish(record: TaskRecord, report: TaskReport): Promise<void> {
    record.task = withoutSecrets(record.task)
    record.report = report
    record.finishedAt = new Date().toISOString()
    tell(report)
    prune()
    return keep(record)
  }

  async function work(record: TaskRecord, saved: Promise<void>): Promise<void> {
    await saved
    const { task } = record
    const { id } = task
    let told = performance.now()
    const onProgress = (doneBytes: number, totalBytes: number) => {
      record.report = { id, state: 'running', progress: { doneBytes, totalBytes } }
      if (performance.now() - told < TELL_MS) return
      told = performance.now()
      tell(record.report)
    }
    try {
      const attempt = () =>
        lanes[task.kind].run(async () => {
          over.signal.throwIfAborted()
          return run(task, onProgress, over.signal)
        })
      await finish(record, { id, state: 'done', ...(await again(record, attempt)) })
    } catch (err) {
      // Not a failure of the task: the next start goes on with it.
      if (over.signal.aborted) return
      log.error({ err, task: id, kind: task.kind }, 'a task failed')
      await finish(record, { id, state: 'failed', fault: toFault(err) })
      await onFailed?.(task).catch((error: unknown) => {
        log.warn({ err: error, task: id }, 'what a failed task has left stays until the next start')
      })
    }
  }

  /** Repeats what is to be done later, without a place in the lane meanwhile; after a day it is a failure. */
  async function again<Result>(record: TaskRecord, attempt: () => Promise<Result>): Promise<Result> {
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof Later)) throw error
        record.triedSince ??= new Date().toISOString()
        const { id } = record.task
        if (Date.now() - Date.parse(record.triedSince) > TRIED_MS) throw error.cause
        if (attempts === 1) await keep(record)
        log.warn({ err: error, task: id, attempts }, 'a task goes on later')
        record.report = { ...record.report, id, state: 'running', fault: error.fault }
        tell(record.report)
        await delay(retryPause(attempts), undefined, { signal: over.signal })
      }
    }
  }

  function begin(record: TaskRecord, saved: Promise<void>): void {
    records.set(record.task.id, record)
    const working = work(record, saved)
    running.add(working)
    void working.finally(() => running.delete(working))
  }

  function prune(): void {
    const oldest = new Date(Date.now() - KEPT_MS).toISOString()
    for (const { task, finishedAt } of records.values()) {
      if (finishedAt === null || finishedAt > oldest) continue
      records.delete(task.id)
      files.remove(task.id).catch((err: unknown) => log.warn({ err, task: task.id }, 'an old task stays'))
    }
  }

  return {
    async load() {
      const kept = await files.readAll((name) => log.warn({ name }, 'the state of a task is damaged'))
      for (const record of kept) records.set(record.task.id, record)
      prune()
      for (const record of records.values()) if (record.finishedAt === null) begin(record, Promise.resolve())
    },
    submit(task) {
      const known = records.get(task.id)
      if (known) return tell(known.report)
      const record: TaskRecord = { task, report: { id: task.id, state: 'running' }, finishedAt: null }
      tell(record.report)
      begin(record, keep(record))
    },
    reports() {
      const all = [...records.values()]
      const finished = all.filter(({ finishedAt }) => finishedAt !== null)
      finished.sort((a, b) => (String(a.finishedAt) < String(b.finishedAt) ? -1 : 1))
      const told = [...all.filter(({ finishedAt }) => finishedAt === null), ...finished.slice(-TOLD)]
      return told.map(({ report }) => report)
    },
    async close() {
      over.abort(new Error('the agent stops'))
      await Promise.all(running)
    },
  }
}

/** Doubles from 5 s up, in ms; the half of it is chance, so that many do not come back at one moment. */
function retryPause(attempts: number): number {
  const pause = Math.min(PAUSE_MS, 5000 * 2 ** Math.min(attempts - 1, 10))
  return pause * (0.5 + Math.random() / 2)
}
