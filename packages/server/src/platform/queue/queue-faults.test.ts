import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { createTestServer } from '../../../test/database.ts'
import { TEMPLATE } from '../../../test/template.ts'
import { connect } from '../db/connect.ts'
import { transact } from '../db/transact.ts'
import { addJob } from './index.ts'

const JOBS = 150

/** Adds jobs for as long as faults last, then waits until each has had its effect, once. */
async function underFaults(
  t: TestContext,
  cause: (on: {
    readonly url: string
    readonly server: Awaited<ReturnType<typeof createTestServer>>
    readonly workers: ChildProcess[]
    startWorker(): Promise<void>
  }) => Promise<void>,
): Promise<void> {
  const server = await createTestServer(t, 'socket')
  const url = server.url(TEMPLATE)
  const { db, pool, close } = connect(url, { applicationName: 'test', max: 3 })
  const workers: ChildProcess[] = []
  t.after(async () => {
    for (const worker of workers) worker.kill('SIGKILL')
    await close()
  })
  // Test servers answer before a commit is on disk, which a kill would show.
  await pool.query(`alter database ${TEMPLATE} set synchronous_commit to on`)
  await pool.query('create table counted (n integer primary key, runs integer not null default 0)')
  const startWorker = async () => {
    const worker = fork(join(import.meta.dirname, 'counting-worker.fixture.ts'), [url])
    workers.push(worker)
    await once(worker, 'message')
  }
  await startWorker()
  await startWorker()

  let over = false
  const acknowledged: number[] = []
  const adding = (async () => {
    for (let n = 0; n < JOBS || !over; n++) {
      // State and job in one transaction: whoever was told that it is done has both.
      const added = transact(db, async (tx) => {
        await sql`insert into counted (n) values (${n})`.execute(tx)
        await addJob(tx, 'count', { n })
      })
      await added.then(
        () => acknowledged.push(n),
        () => sleep(50),
      )
      await sleep(10)
    }
  })()
  await cause({ url, server, workers, startWorker })
  over = true
  await adding
  assert.ok(acknowledged.length >= JOBS / 2, `only ${acknowledged.length} jobs could be added`)

  const look = async () =>
    (await pool.query<{ n: number; runs: number }>('select n, runs from counted')).rows.filter(
      ({ runs }) => runs !== 1,
    )
  const waiting = async () => {
    // The pause after a failed attempt grows to minutes; whether it is tried again does not hang on it.
    await pool.query(
      `select graphile_worker.reschedule_jobs(array_agg(id), run_at => now())
         from graphile_worker.jobs where locked_at is null and run_at > now()`,
    )
    return (await look()).length
  }
  while ((await waiting().catch(() => 1)) > 0) await sleep(200)
  assert.deepEqual(await look(), [])
  const { rows } = await pool.query<{ n: number }>('select n from counted')
  const there = new Set(rows.map(({ n }) => n))
  assert.deepEqual(
    acknowledged.filter((n) => !there.has(n)),
    [],
  )
}

test('workers that are killed again and again lose no job and do none twice', async (t) => {
  await underFaults(t, async ({ workers, startWorker }) => {
    for (let time = 0; time < 4; time++) {
      await sleep(400)
      workers[time]?.kill('SIGKILL')
      await startWorker()
    }
  })
})

test('neither does PostgreSQL when it is killed and started', async (t) => {
  await underFaults(t, async ({ server }) => {
    for (let time = 0; time < 2; time++) {
      await sleep(500)
      await server.stop('kill')
      await sleep(200)
      await server.start()
    }
    await sleep(500)
  })
})

test('nor sessions that are ended many times a second', async (t) => {
  await underFaults(t, async ({ url }) => {
    const killer = new pg.Client({ connectionString: url, application_name: 'killer' })
    await killer.connect()
    for (let time = 0; time < 30; time++) {
      await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'counting worker' and random() < 0.3`,
      )
      await sleep(60)
    }
    await killer.end()
  })
})

test('nor connections that are all taken', async (t) => {
  await underFaults(t, async ({ url, startWorker }) => {
    const taken: pg.Client[] = []
    const take = async () => {
      const client = new pg.Client({ connectionString: url, application_name: 'greedy' })
      client.on('error', () => {})
      await client.connect()
      taken.push(client)
    }
    // Until the server refuses, superuser's reserve included.
    for (let refused = false; !refused; ) await take().catch(() => (refused = true))
    await sleep(1500)
    await Promise.all(taken.map((client) => client.end()))
    await startWorker()
    await sleep(500)
  })
})
