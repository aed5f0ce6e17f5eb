import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDatabase, createTestServer } from '../../../test/database.ts'
import { connect } from '../db/connect.ts'
import { CroftError } from '../errors/index.ts'
import { toCroftError } from './to-croft-error.ts'

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error) => toCroftError(error).code,
  )
}

test('a database that is away is "unavailable", whichever way it shows', async (t) => {
  const server = await createTestServer(t, 'socket')
  const { pool, close } = connect(server.url('postgres'), { applicationName: 'test' })
  t.after(close)
  const running = pool.query('select pg_sleep(600)')
  const outcome = codeOf(running)
  await pool.query('select 1')
  await server.stop()
  assert.equal(await outcome, 'unavailable')
  assert.equal(await codeOf(pool.query('select 1')), 'unavailable')
  const refused = connect('postgres://croft@127.0.0.1:1/croft', { applicationName: 'test' })
  t.after(refused.close)
  assert.equal(await codeOf(refused.pool.query('select 1')), 'unavailable')
})

test('mistakes of ours are "internal"', async (t) => {
  const { pool } = await createTestDatabase(t)
  assert.equal(await codeOf(pool.query('selct 1')), 'internal')
  assert.equal(await codeOf(pool.query(`insert into sizes (id) values ('nano')`)), 'internal')
  assert.equal(toCroftError(new Error('secret')).code, 'internal')
  assert.equal(toCroftError('text').code, 'internal')
  assert.ok(!toCroftError(new Error('secret')).message.includes('secret'))
})

test('a coded error stays itself', () => {
  const error = new CroftError('forbidden', 'no')
  assert.equal(toCroftError(error), error)
})
