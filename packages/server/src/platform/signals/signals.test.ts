import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTestDatabase, createTestServer, type TestDatabase } from '../../../test/database.ts'
import { TEMPLATE } from '../../../test/template.ts'
import { connect } from '../db/connect.ts'
import { transact } from '../db/transact.ts'
import { createSignals, type Signals } from './index.ts'

const log = { warn: () => undefined, error: () => undefined }

async function connected(signals: Signals): Promise<void> {
  while (!signals.connected()) await sleep(5)
}

async function open(t: TestContext, url: string): Promise<Signals> {
  const signals = createSignals({ url, log })
  t.after(() => signals.close())
  await connected(signals)
  return signals
}

async function pair(t: TestContext): Promise<{ database: TestDatabase; here: Signals; there: Signals }> {
  const database = await createTestDatabase(t)
  return { database, here: await open(t, database.url), there: await open(t, database.url) }
}

test('a signal arrives in every process, on its channel only', async (t) => {
  const { database, here, there } = await pair(t)
  const got: string[] = []
  here.on('database', (payload) => void got.push(`here ${payload}`))
  there.on('database', (payload) => void got.push(`there ${payload}`))
  here.on('task', (payload) => void got.push(`task ${payload}`))
  await here.send(database.db, 'database', 'a')
  await here.send(database.db, 'token', 'b')
  while (got.length < 2) await sleep(5)
  assert.deepEqual(got.sort(), ['here a', 'there a'])
})

test('a signal is sent by the commit, and not at all when there is none', async (t) => {
  const { database, here, there } = await pair(t)
  const got: (string | null)[] = []
  there.on('instance', (payload) => void got.push(payload))
  await assert.rejects(
    transact(database.db, async (tx) => {
      await here.send(tx, 'instance', 'lost')
      throw new Error('rolled back')
    }),
  )
  await transact(database.db, async (tx) => {
    await here.send(tx, 'instance', 'kept')
    await sleep(50)
    assert.deepEqual(got, [])
  })
  while (got.length === 0) await sleep(5)
  assert.deepEqual(got, ['kept'])
})

test('waitFor sees its own payload, its timeout and its abort', async (t) => {
  const { database, here, there } = await pair(t)
  const mine = there.waitFor('database', 'mine', 60_000)
  const other = there.waitFor('database', 'other', 100)
  const aborted = new AbortController()
  const unwanted = there.waitFor('database', 'mine', 60_000, aborted.signal)
  aborted.abort()
  assert.equal(await unwanted, false)
  await here.send(database.db, 'database', 'mine')
  assert.equal(await mine, true)
  assert.equal(await other, false)
  assert.equal(await there.waitFor('database', 'x', 60_000, AbortSignal.abort()), false)
})

test('an ended subscription hears nothing, and a handler that fails harms no other', async (t) => {
  const { database, here } = await pair(t)
  const got: string[] = []
  const end = here.on('task', () => void got.push('ended'))
  here.on('task', () => {
    throw new Error('synchronous')
  })
  here.on('task', () => Promise.reject(new Error('later')))
  here.on('task', () => void got.push('last'))
  end()
  await here.send(database.db, 'task', '1')
  while (got.length === 0) await sleep(5)
  assert.deepEqual(got, ['last'])
})

test('after a broken connection handlers get null, waiters wake, and signals flow again', async (t) => {
  const { database, here } = await pair(t)
  const got: (string | null)[] = []
  here.on('database', (payload) => void got.push(payload))
  const waiting = here.waitFor('database', 'never sent', 60_000)
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'croft signals'`,
  )
  assert.equal(await waiting, true)
  assert.deepEqual(got, [null])
  await here.send(database.db, 'database', 'again')
  while (got.length < 2) await sleep(5)
  assert.deepEqual(got, [null, 'again'])
})

test('a PostgreSQL that restarts is found again', async (t) => {
  const server = await createTestServer(t, 'socket')
  const signals = await open(t, server.url(TEMPLATE))
  const waiting = signals.waitFor('task', 'x', 60_000)
  await server.stop('kill')
  while (signals.connected()) await sleep(5)
  await server.start()
  assert.equal(await waiting, true)
  const { db, close } = connect(server.url(TEMPLATE), { applicationName: 'test' })
  t.after(close)
  const arrives = signals.waitFor('task', 'y', 60_000)
  await signals.send(db, 'task', 'y')
  assert.equal(await arrives, true)
})

test('close ends waiters and can be called without a server', async () => {
  const signals = createSignals({ url: 'postgres://croft@127.0.0.1:1/none', log })
  const waiting = signals.waitFor('task', 'x', 60_000)
  await sleep(20)
  await signals.close()
  assert.equal(await waiting, false)
  assert.equal(signals.connected(), false)
})
