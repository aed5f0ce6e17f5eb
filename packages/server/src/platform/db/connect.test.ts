import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { createTestDatabase, createTestServer } from '../../../test/database.ts'
import { TEMPLATE } from '../../../test/template.ts'
import { newId } from '../ids/new-id.ts'
import { connect } from './connect.ts'
import { migrate } from './migrate.ts'
import { transact } from './transact.ts'
import { DatabaseUnreachable, waitForDatabase } from './wait-for-database.ts'

test('types of columns come out as the table types say', async (t) => {
  const { db } = await createTestDatabase(t)
  const id = newId()
  await db.insertInto('organizations').values({ id, name: 'Acme' }).execute()
  const row = await db.selectFrom('organizations').selectAll().executeTakeFirstOrThrow()
  assert.equal(row.id, id)
  assert.ok(row.created_at instanceof Date)
  const size = await db.selectFrom('sizes').selectAll().where('id', '=', 'nano').executeTakeFirstOrThrow()
  assert.equal(size.settings.postgres?.shared_buffers, '8MB')
  const { rows } = await sql<{ big: number; count: number }>`
    select 9007199254740991::bigint as big, count(*) from sizes`.execute(db)
  assert.deepEqual(rows, [{ big: Number.MAX_SAFE_INTEGER, count: 4 }])
})

test('a bigint that a number cannot hold is an error, not another number', async (t) => {
  const { pool } = await createTestDatabase(t)
  await assert.rejects(pool.query('select 9007199254740993::bigint'), RangeError)
})

test('sessions carry our name, search path and limits', async (t) => {
  const { pool } = await createTestDatabase(t)
  const { rows } = await pool.query(`select current_setting('search_path') as path,
    current_setting('statement_timeout') as statement, current_setting('application_name') as name`)
  assert.deepEqual(rows, [{ path: 'croft', statement: '30s', name: 'croft test' }])
})

test('an idle connection that breaks is logged, and the pool goes on', async (t) => {
  const { url, pool: other } = await createTestDatabase(t)
  const logged: unknown[] = []
  const connection = connect(url, {
    applicationName: 'broken',
    max: 1,
    log: { warn: (fields: unknown) => void logged.push(fields) },
  })
  t.after(connection.close)
  await connection.pool.query('select 1')
  await other.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'broken'`,
  )
  while (logged.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const { rows } = await connection.pool.query('select 1 as one')
  assert.deepEqual(rows, [{ one: 1 }])
})

test('deadlocks are tried again until both transactions are through', async (t) => {
  const { db } = await createTestDatabase(t)
  const ids = [newId(), newId()]
  for (const id of ids) await db.insertInto('organizations').values({ id, name: '' }).execute()
  let attempts = 0
  let ready: () => void = () => undefined
  const bothHaveOne = new Promise<void>((resolve) => {
    let held = 0
    ready = () => {
      held++
      if (held === 2) resolve()
    }
  })
  const appendTo = async (first: string | undefined, second: string | undefined, letter: string) =>
    transact(db, async (tx) => {
      attempts++
      for (const id of [first, second]) {
        await tx
          .updateTable('organizations')
          .set({ name: sql`name || ${letter}` })
          .where('id', '=', id ?? '')
          .execute()
        ready()
        await bothHaveOne
      }
    })
  await Promise.all([appendTo(ids[0], ids[1], 'a'), appendTo(ids[1], ids[0], 'b')])
  const rows = await db.selectFrom('organizations').select('name').execute()
  assert.deepEqual(
    rows.map(({ name }) => [...name].sort().join('')),
    ['ab', 'ab'],
  )
  assert.ok(attempts > 2)
})

test('other errors are not tried again, and nothing of the transaction stays', async (t) => {
  const { db } = await createTestDatabase(t)
  let attempts = 0
  const failing = transact(db, async (tx) => {
    attempts++
    await tx.insertInto('organizations').values({ id: newId(), name: 'x' }).execute()
    throw new Error('no')
  })
  await assert.rejects(failing, /no/)
  assert.equal(attempts, 1)
  assert.deepEqual(await db.selectFrom('organizations').selectAll().execute(), [])
})

test('an external server over TCP with a password works the same, and is waited for', async (t) => {
  const server = await createTestServer(t, 'tcp')
  await server.stop()
  const waiting = waitForDatabase(server.url(TEMPLATE), 20_000)
  await server.start()
  await waiting
  const admin = connect(server.url('postgres'), { applicationName: 'croft test' })
  t.after(admin.close)
  await admin.pool.query('create database external')
  const { db, pool, close } = connect(server.url('external'), { applicationName: 'croft test' })
  t.after(close)
  assert.ok((await migrate(pool)).length > 0)
  assert.equal((await db.selectFrom('sizes').selectAll().execute()).length, 4)
})

test('a server that is not there is given up at the deadline, a wrong password at once', async (t) => {
  await assert.rejects(waitForDatabase('postgres://croft@127.0.0.1:1/croft', 60), DatabaseUnreachable)
  const server = await createTestServer(t, 'tcp')
  const wrong = new URL(server.url('postgres'))
  wrong.password = 'wrong'
  await assert.rejects(waitForDatabase(wrong.href, 3_600_000), /password authentication failed/)
})
