import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDatabase } from '../../../test/database.ts'
import { newId } from '../ids/index.ts'

test('an event can be neither changed nor deleted, except by who keeps to its time', async (t) => {
  const { db, pool } = await createTestDatabase(t)
  const event = { actor_type: 'system', action: 'a.b', subject_type: 's', subject_id: 's' }
  await db
    .insertInto('events')
    .values({ id: newId(), ...event })
    .execute()
  await assert.rejects(pool.query("update events set action = 'c.d'"), /append-only/)
  await assert.rejects(pool.query('delete from events'), /append-only/)
  await assert.rejects(pool.query('truncate events'), /append-only/)
  await assert.rejects(pool.query("set local croft.retention = 'on'; truncate events"), /append-only/)
  assert.equal((await pool.query('select from events')).rowCount, 1)
  // One string is one transaction.
  await pool.query("set local croft.retention = 'on'; delete from events")
  await assert.rejects(
    pool.query(
      "insert into events (id, actor_type, action, subject_type, subject_id) values (gen_random_uuid(), 'a', 'b', 'c', 'd'); delete from events",
    ),
    /append-only/,
  )
})
