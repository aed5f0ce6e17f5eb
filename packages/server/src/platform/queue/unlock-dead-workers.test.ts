import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestDatabase } from '../../../test/database.ts'
import { addJob } from './add-job.ts'
import { createSweep, WORKER_LOCK_CLASS } from './unlock-dead-workers.ts'

/** A job that is locked under this worker id since so many seconds. */
async function lockedJob(t: TestContext, worker: string, seconds: number) {
  const { db, pool } = await createTestDatabase(t)
  await addJob(db, 'x', {}, { queue: 'q' })
  const since = `now() - interval '${seconds} seconds'`
  await pool.query(`update graphile_worker._private_jobs set locked_by = $1, locked_at = ${since}`, [worker])
  await pool.query(`update graphile_worker._private_job_queues set locked_by = $1, locked_at = ${since}`, [
    worker,
  ])
  const client = await pool.connect()
  t.after(() => client.release())
  return {
    pool,
    client,
    async isLocked() {
      const { rows } = await pool.query(
        `select from graphile_worker._private_jobs where locked_at is not null
         union all select from graphile_worker._private_job_queues where locked_at is not null`,
      )
      assert.ok(rows.length === 0 || rows.length === 2, 'a job and its queue are unlocked together')
      return rows.length > 0
    },
  }
}

test('a worker without its lock is dead at the second look, not at the first', async (t) => {
  const { pool, client, isLocked } = await lockedJob(t, 'w', 1)
  await pool.query(`insert into workers (id) values ('w')`)
  const sweep = createSweep('me')
  assert.deepEqual(await sweep(client), [])
  assert.ok(await isLocked())
  assert.deepEqual(await sweep(client), ['w'])
  assert.ok(!(await isLocked()))
  assert.deepEqual(await sweep(client), [])
})

test('a worker that takes its lock again between two looks lives', async (t) => {
  const { pool, client, isLocked } = await lockedJob(t, 'w', 1)
  await pool.query(`insert into workers (id) values ('w')`)
  const sweep = createSweep('me')
  await sweep(client)
  const worker = await pool.connect()
  t.after(() => worker.release(true))
  await worker.query('select pg_advisory_lock($1, hashtext($2))', [WORKER_LOCK_CLASS, 'w'])
  for (let look = 0; look < 3; look++) assert.deepEqual(await sweep(client), [])
  assert.ok(await isLocked())
  // Its other end vanished: the connection stands, but nobody renews the time.
  await pool.query(`update workers set seen_at = now() - interval '31 seconds'`)
  assert.deepEqual(await sweep(client), ['w'])
  assert.ok(!(await isLocked()))
})

test('a worker that never noted itself is dead after 30 s, and the own id never', async (t) => {
  const young = await lockedJob(t, 'unknown', 29)
  assert.deepEqual(await createSweep('me')(young.client), [])
  const old = await lockedJob(t, 'unknown', 31)
  assert.deepEqual(await createSweep('unknown')(old.client), [])
  assert.deepEqual(await createSweep('me')(old.client), ['unknown'])
  assert.ok(!(await old.isLocked()))
})
