import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import { createTestDatabase, createTestServer, type TestDatabase } from '../../../test/database.ts'
import { TEMPLATE } from '../../../test/template.ts'
import { connect } from '../db/connect.ts'
import { transact } from '../db/transact.ts'
import { addJob, type Job, startWorker, type WorkerOptions } from './index.ts'

const log = pino({ level: 'silent' })

async function work(
  t: TestContext,
  database: Pick<TestDatabase, 'pool'>,
  jobs: Record<string, Job>,
  more: Partial<WorkerOptions> = {},
) {
  const worker = await startWorker({ pool: database.pool, jobs, concurrency: 4, log, ...more })
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= worker.stop())
  t.after(stop)
  return { stop }
}

/** Waits until it is so; the test runner's own limit ends what never becomes so. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10)
}

async function jobCount({ pool }: Pick<TestDatabase, 'pool'>): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('select count(*) from graphile_worker.jobs')
  return rows[0]?.count ?? 0
}

test('a job runs once after its transaction has committed, and never without', async (t) => {
  const database = await createTestDatabase(t)
  const ran: unknown[] = []
  await work(t, database, {
    note: async (payload) => void ran.push(payload),
  })
  await assert.rejects(
    transact(database.db, async (tx) => {
      await addJob(tx, 'note', { lost: true })
      throw new Error('rolled back')
    }),
  )
  await transact(database.db, async (tx) => {
    await addJob(tx, 'note', { kept: true })
    await sleep(50)
    assert.deepEqual(ran, [])
  })
  await until(() => ran.length > 0)
  await until(async () => (await jobCount(database)) === 0)
  assert.deepEqual(ran, [{ kept: true }])
})

test('waiting jobs with one key are one; a running one is run again', async (t) => {
  const database = await createTestDatabase(t)
  const ran: unknown[] = []
  for (const version of [1, 2, 3]) await addJob(database.db, 'reconcile', { version }, { key: 'x' })
  let letGo: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await work(t, database, {
    reconcile: async (payload) => {
      ran.push(payload)
      if (ran.length === 1) await held
    },
  })
  await until(() => ran.length === 1)
  await addJob(database.db, 'reconcile', { version: 4 }, { key: 'x' })
  letGo()
  await until(async () => (await jobCount(database)) === 0)
  assert.deepEqual(ran, [{ version: 3 }, { version: 4 }])
})

test('jobs of one queue run one after another', async (t) => {
  const database = await createTestDatabase(t)
  let running = 0
  let most = 0
  let done = 0
  await work(t, database, {
    step: async () => {
      most = Math.max(most, ++running)
      await sleep(5)
      running--
      done++
    },
  })
  for (let i = 0; i < 8; i++) await addJob(database.db, 'step', {}, { queue: 'steps' })
  await until(() => done === 8)
  assert.equal(most, 1)
})

test('a job that fails is tried again and knows which attempt it is', async (t) => {
  const database = await createTestDatabase(t)
  const attempts: number[] = []
  await work(t, database, {
    flaky: async (_payload, { attempt }) => {
      attempts.push(attempt)
      if (attempt === 1) throw new Error('not yet')
    },
  })
  await addJob(database.db, 'flaky', {}, { key: 'flaky' })
  await until(async () => {
    const { rows } = await database.pool.query(
      'select from graphile_worker.jobs where last_error is not null',
    )
    return rows.length === 1
  })
  await database.pool.query(
    'select graphile_worker.reschedule_jobs(array_agg(id), run_at => now()) from graphile_worker.jobs',
  )
  await until(() => attempts.length === 2)
  assert.deepEqual(attempts, [1, 2])
})

test('two workers side by side share the jobs, each run once', async (t) => {
  const database = await createTestDatabase(t)
  const ran = new Map<string, number>()
  const count =
    (worker: string): Job =>
    async (payload) => {
      await sleep(1)
      ran.set(
        `${worker}${JSON.stringify(payload)}`,
        (ran.get(`${worker}${JSON.stringify(payload)}`) ?? 0) + 1,
      )
    }
  const other = connect(database.url, { applicationName: 'other' })
  await work(t, database, { count: count('a') }, { concurrency: 2 })
  await work(t, other, { count: count('b') }, { concurrency: 2 })
  t.after(other.close)
  await transact(database.db, async (tx) => {
    for (let n = 0; n < 60; n++) await addJob(tx, 'count', { n })
  })
  await until(async () => (await jobCount(database)) === 0)
  assert.deepEqual([...ran.values()], Array(60).fill(1))
  assert.deepEqual(new Set([...ran.keys()].map((key) => key[0])), new Set(['a', 'b']))
})

test('stop lets a running job end and aborts one that does not care', async (t) => {
  const database = await createTestDatabase(t)
  let started = 0
  let ended = false
  let aborted = false
  const { stop } = await work(t, database, {
    short: async () => {
      started++
      await sleep(100)
      ended = true
    },
    long: async (_payload, { signal }) => {
      started++
      await new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true
          reject(new Error('stopped'))
        })
      })
    },
  })
  await addJob(database.db, 'short', {})
  await addJob(database.db, 'long', {})
  await until(() => started === 2)
  await stop()
  assert.ok(ended)
  assert.ok(aborted)
  const { rows } = await database.pool.query('select task_identifier, locked_at from graphile_worker.jobs')
  assert.deepEqual(rows, [{ task_identifier: 'long', locked_at: null }])
  assert.deepEqual(await database.db.selectFrom('workers').selectAll().execute(), [])
})

test('the jobs of a worker that is killed come back', async (t) => {
  const database = await createTestDatabase(t)
  const ran: number[] = []
  const child = fork(join(import.meta.dirname, 'stuck-worker.fixture.ts'), [database.url])
  t.after(() => child.kill('SIGKILL'))
  await addJob(database.db, 'stuck', {}, { queue: 'one-by-one' })
  await once(child, 'message')
  await work(t, database, { stuck: async (_payload, { attempt }) => void ran.push(attempt) })
  // A live worker keeps its job, however often the other one looks.
  await sleep(3_000)
  assert.deepEqual(ran, [])
  child.kill('SIGKILL')
  await until(() => ran.length > 0)
  await until(async () => (await jobCount(database)) === 0)
  assert.deepEqual(ran, [2])
})

test('workers survive a restart of PostgreSQL and the loss of their connections', async (t) => {
  const server = await createTestServer(t, 'socket')
  const { db, pool, close } = connect(server.url(TEMPLATE), { applicationName: 'test' })
  const ran = new Set<number>()
  await work(t, { pool }, { note: async (payload) => void ran.add((payload as { n: number }).n) })
  t.after(close)
  await addJob(db, 'note', { n: 1 })
  await until(() => ran.has(1))
  await server.stop('kill')
  await server.start()
  await addJob(db, 'note', { n: 2 })
  await until(() => ran.has(2))
  await pool.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
  )
  await addJob(db, 'note', { n: 3 })
  await until(() => ran.has(3))
})

test('a cron entry names a job and a pattern that is checked', async (t) => {
  const database = await createTestDatabase(t)
  const start = (pattern: string) =>
    startWorker({
      pool: database.pool,
      jobs: { tidy: async () => undefined },
      cron: [{ name: 'tidy-up', pattern, job: 'tidy' }],
      concurrency: 1,
      log,
    })
  await assert.rejects(start('61 * * * *'))
  const worker = await start('0 3 * * *')
  await until(async () => {
    const { rows } = await database.pool.query(
      'select identifier from graphile_worker._private_known_crontabs',
    )
    return rows.length === 1
  })
  await worker.stop()
})
