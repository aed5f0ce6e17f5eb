import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { createTestDatabase } from '../../../test/database.ts'
import { connect } from './connect.ts'

test('statements that come often are prepared, rare ones and those without values are not', async (t) => {
  const { url } = await createTestDatabase(t)
  const { db, close } = connect(url, { applicationName: 'prepared', max: 1 })
  t.after(close)
  await sql`select ${'rare'}::text`.execute(db)
  for (let i = 0; i < 30; i++) {
    const { rows } = await sql<{ value: number }>`select ${i}::int as value`.execute(db)
    assert.deepEqual(rows, [{ value: i }])
    await sql`select 1`.execute(db)
  }
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db)
  assert.deepEqual(rows, [{ statement: 'select $1::int as value' }])
})

test('a table that gets a column does not break statements prepared before', async (t) => {
  const { url } = await createTestDatabase(t)
  const { db, close } = connect(url, { applicationName: 'prepared', max: 2 })
  t.after(close)
  await sql`create table things (id int)`.execute(db)
  await sql`insert into things values (1)`.execute(db)
  const read = async (): Promise<unknown[]> =>
    (await sql`select * from things where id = ${1}`.execute(db)).rows
  for (let i = 0; i < 40; i++) await Promise.all([read(), read()])
  await sql`alter table things add extra text default 'x'`.execute(db)
  for (let i = 0; i < 40; i++) {
    const both = await Promise.all([read(), read()])
    assert.deepEqual(both, Array(2).fill([{ id: 1, extra: 'x' }]))
  }
  const after = await sql`select from pg_prepared_statements`.execute(db)
  assert.ok(after.rows.length > 0)
})

test('an error of a prepared statement is told as it is', async (t) => {
  const { url } = await createTestDatabase(t)
  const { db, close } = connect(url, { applicationName: 'prepared', max: 1 })
  t.after(close)
  const divide = (by: number) => sql`select 1 / ${by}::int`.execute(db)
  for (let i = 0; i < 30; i++) await divide(1)
  await assert.rejects(divide(0), { code: '22012' })
  await divide(1)
})
