import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestAccess } from '../../../test/access.ts'
import { newId } from '../../platform/ids/index.ts'
import { ANONYMOUS } from '../access/index.ts'
import { expireEvents } from './expire-events.ts'
import { recordEvent } from './record-event.ts'
import { sealEvents } from './seal-events.ts'
import { type Fault, type VerifyStep, verifyEvents } from './verify-events.ts'

const DAY = 86_400_000
const never = new AbortController().signal

/** A trail of its own with some events, sealed. */
async function createTrail(t: TestContext, count = 6) {
  const given = await createTestAccess(t)
  const { db, pool, system, workspaces } = given
  const write = async (workspaceId: string | null = workspaces[0].id, after: Record<string, unknown> = {}) =>
    recordEvent(db, system, {
      workspaceId,
      action: 'thing.done',
      subjectType: 'thing',
      subjectId: newId(),
      after,
    })
  for (let n = 0; n < count; n++) await write(workspaces[n % 2]?.id, { n, text: 'é\u2028"', big: 1.5 })
  await sealEvents(db)
  /** As one who may do anything with the database would, past every trigger. */
  const tamper = async (text: string, values: unknown[] = []) => {
    const client = await pool.connect()
    try {
      await client.query('set session_replication_role = replica')
      await client.query(text, values)
    } finally {
      client.release(true)
    }
  }
  async function verify(expect?: string): Promise<{ fault: Fault | null; checked: number; head: string }> {
    let step: VerifyStep | undefined
    let checked = 0
    do {
      step = await verifyEvents(db, system, { expect, ...(step?.next ? { after: step.next } : {}) })
      checked += step.checked
    } while (step.next !== null)
    return { fault: step.fault, checked, head: step.head }
  }
  /** An event of that age, as if it had been written then. */
  async function writeOld(workspaceId: string | null, days: number): Promise<string> {
    const at = new Date(Date.now() - days * DAY)
    const hex = at.getTime().toString(16).padStart(12, '0')
    const id = `${hex.slice(0, 8)}-${hex.slice(8)}${newId().slice(13)}`
    await db
      .insertInto('events')
      .values({
        id,
        at,
        workspace_id: workspaceId,
        actor_type: 'user',
        action: 'old.done',
        subject_type: 'thing',
        subject_id: 'x',
      })
      .execute()
    return id
  }
  const expire = () => expireEvents({ db, retentionDays: 30 }, '1', never)
  return { ...given, write, writeOld, tamper, verify, expire }
}

test('an untouched trail verifies, whole and from a kept hash', async (t) => {
  const { verify, write, db, pool } = await createTrail(t)
  const first = await verify()
  assert.equal(first.fault, null)
  assert.equal(first.checked, 12)
  await write()
  assert.equal((await verify(first.head)).fault, null, 'one that is not sealed yet is no fault')
  await sealEvents(db)
  assert.equal((await verify(first.head)).fault, null)
  assert.equal((await pool.query('select from events_unsealed')).rowCount, 0)
})

const CHANGES: readonly [kind: Fault['kind'], what: string, sql: string][] = [
  ['changed', 'another action', `update events set action = 'thing.undone' where id = $1`],
  ['changed', 'one microsecond', `update events set at = at + interval '1 microsecond' where id = $1`],
  [
    'changed',
    'a digit of a number',
    `update events set after = jsonb_set(after, '{big}', '1.50') where id = $1`,
  ],
  ['changed', 'another actor', `update events set actor_id = 'somebody' where id = $1`],
  ['missing', 'an event', 'delete from events where id = $1'],
  [
    'missing',
    'an event and its link',
    'with e as (delete from events where id = $1 returning id) delete from event_links where event_id = (select id from e)',
  ],
  [
    'deleted',
    'an event in the name of retention',
    'with e as (delete from events where id = $1 returning id) update event_links set deleted_at = now() where event_id = (select id from e)',
  ],
  [
    'reordered',
    'two links',
    'update event_links as one set event_id = other.event_id, digest = other.digest from event_links as other where (one.event_id = $1 and other.sequence = 5) or (one.sequence = 5 and other.event_id = $1)',
  ],
  [
    'reordered',
    'a digest with its event',
    `with e as (update events set action = 'x' where id = $1 returning id) update event_links set digest = sha256('x') where event_id = (select id from e)`,
  ],
]
for (const [kind, what, statement] of CHANGES) {
  test(`verification finds ${kind}: ${what}`, async (t) => {
    const { db, verify, tamper } = await createTrail(t)
    const { event_id: id } = await db
      .selectFrom('event_links')
      .select('event_id')
      .where('sequence', '=', 3)
      .executeTakeFirstOrThrow()
    if (what === 'two links') await tamper('alter table event_links drop constraint event_links_event_id_key')
    await tamper(statement, [id])
    assert.equal((await verify()).fault?.kind, kind)
  })
}

test('verification finds an event that came past the trail, and one that went before it was sealed', async (t) => {
  const { verify, tamper, write, pool } = await createTrail(t)
  await tamper(
    `insert into events (id, actor_type, action, subject_type, subject_id) values ('${newId()}', 'user', 'a.b', 'c', 'd')`,
  )
  assert.equal((await verify()).fault?.kind, 'inserted')
  await tamper(`delete from events where action = 'a.b'`)
  assert.equal((await verify()).fault, null)
  await write()
  const { rows } = await pool.query('select event_id from events_unsealed')
  await tamper('delete from events where id = $1', [rows[0].event_id])
  assert.equal((await verify()).fault?.kind, 'missing')
})

test('a chain that was made anew, or cut at its end, is found by a hash kept elsewhere only', async (t) => {
  const { db, verify, tamper } = await createTrail(t)
  const { head } = await verify()
  await tamper('delete from events where id = (select event_id from event_links where sequence = 6)')
  await tamper('delete from event_links where sequence = 6')
  assert.equal((await verify()).fault, null)
  assert.equal((await verify(head)).fault?.kind, 'missing')
  await tamper(`update events set action = 'thing.else'`)
  await tamper('truncate event_links')
  await tamper('insert into events_unsealed select id from events')
  await sealEvents(db)
  assert.equal((await verify()).fault, null)
  const five = await db.selectFrom('event_links').select('hash').where('sequence', '=', 5).executeTakeFirst()
  assert.ok(five)
  assert.equal((await verify(`5:${'0'.repeat(64)}`)).fault?.kind, 'rewritten')
  assert.equal((await verify(`5:${five.hash.toString('hex')}`)).fault, null)
})

test('retention deletes what is old by the workspace’s own days, and the rest still verifies', async (t) => {
  const { db, verify, writeOld, expire, workspaces } = await createTrail(t, 0)
  const [acme, other] = workspaces
  await db.insertInto('event_retention').values({ workspace_id: other.id, days: 400 }).execute()
  const gone = [await writeOld(acme.id, 40), await writeOld(null, 31)]
  const kept = [await writeOld(other.id, 300), await writeOld(acme.id, 29)]
  const late = await writeOld(acme.id, 35)
  await sealEvents(db)
  const unsealed = await writeOld(acme.id, 50)
  assert.equal(await expire(), 3)
  const left = (await db.selectFrom('events').select('id').execute()).map(({ id }) => id)
  for (const id of [...kept, unsealed]) assert.ok(left.includes(id))
  for (const id of [...gone, late]) assert.ok(!left.includes(id))
  assert.equal((await verify()).fault, null)
  await sealEvents(db)
  const { head } = await verify()
  assert.equal(await expire(), 1, 'the one that was not sealed')
  assert.equal(await expire(), 0)
  assert.equal((await verify(head)).fault, null)
})

test('the beginning of the chain goes with its events, and what is left verifies from there', async (t) => {
  const { db, pool, verify, writeOld, write, expire, workspaces, tamper } = await createTrail(t, 0)
  for (let n = 0; n < 5; n++) await writeOld(workspaces[0].id, 40)
  await sealEvents(db)
  await write()
  await sealEvents(db)
  assert.equal(await expire(), 5)
  const { rows } = await pool.query('select sequence from event_checkpoints')
  assert.deepEqual(rows, [{ sequence: 5 }])
  await sealEvents(db)
  const { fault, checked } = await verify()
  assert.equal(fault, null)
  assert.equal(checked, 4, 'two links and two events')
  await tamper(`update event_checkpoints set hash = sha256('x')`)
  assert.equal((await verify()).fault?.kind, 'reordered')
})

test('retention stops when it is told to, and several processes seal without a gap', async (t) => {
  const { db, write, writeOld, verify, workspaces } = await createTrail(t, 0)
  await writeOld(workspaces[0].id, 40)
  await sealEvents(db)
  assert.equal(await expireEvents({ db, retentionDays: 30 }, '1', AbortSignal.abort()), 0)
  await Promise.all(
    Array.from({ length: 40 }, async () => {
      await write()
      await sealEvents(db)
    }),
  )
  while ((await sealEvents(db)) > 0);
  const { fault, checked } = await verify()
  assert.equal(fault, null)
  assert.equal(checked, 82)
})

test('only platform administrators verify, and the steps’ places are checked', async (t) => {
  const { db, system } = await createTrail(t)
  const nobody = { principal: { ...ANONYMOUS, type: 'user' as const }, requestId: 'r' }
  await assert.rejects(verifyEvents(db, nobody, {}), { code: 'forbidden' })
  for (const after of ['x', 'links:1:zz', 'events:1', 'links:', `links:1:${'0'.repeat(63)}`])
    await assert.rejects(verifyEvents(db, system, { after }), { code: 'invalid-input' }, after)
  await assert.rejects(verifyEvents(db, system, { expect: '1' }), { code: 'invalid-input' })
})
