import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestDatabase } from '../../../test/database.ts'
import { newId } from '../../platform/ids/index.ts'
import { toEvent } from './event.ts'
import { type EventFilter, idAt, matchesFilter, matchesText, narrow } from './event-filter.ts'

const workspaces = [newId(), newId()]
const actions = ['database.created', 'database.deleted', 'data%', 'data_', 'token.created']
const times = [0, 1, 2, 3].map((hours) => new Date(Date.now() - hours * 1_200_000))

const filters: fc.Arbitrary<EventFilter> = fc.record(
  {
    workspaceId: fc.constantFrom(...workspaces),
    actorId: fc.constantFrom('a', 'b'),
    action: fc.constantFrom(...actions, 'data', 'database.', 'tok', '%', '_', ''),
    subjectType: fc.constantFrom('x', 'y'),
    subjectId: fc.constantFrom('1', '2'),
    from: fc.constantFrom(...times),
    to: fc.constantFrom(...times),
    text: fc.constantFrom('CREATED', 'lilac', '%', 'nothing'),
  },
  { requiredKeys: [] },
)

test('the database and `matchesFilter` agree on every filter', async (t) => {
  const { db } = await createTestDatabase(t)
  for (let n = 0; n < 120; n++) {
    await db
      .insertInto('events')
      .values({
        id: newId(),
        at: times[n % 4] ?? new Date(),
        workspace_id: [...workspaces, null][n % 3] ?? null,
        actor_type: 'user',
        actor_id: ['a', 'b', null][(n >> 1) % 3] ?? null,
        action: actions[n % 5] ?? '',
        subject_type: n % 2 ? 'x' : 'y',
        subject_id: String((n >> 2) % 3),
        after: n % 7 ? null : { colour: 'Lilac' },
      })
      .execute()
  }
  const all = (await db.selectFrom('events').selectAll().orderBy('id').execute()).map(toEvent)
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const rows = await narrow(db.selectFrom('events').selectAll(), filter).orderBy('id').execute()
      assert.deepEqual(
        rows.map(toEvent).filter((event) => matchesText(event, filter.text)),
        all.filter((event) => matchesFilter(event, filter)),
      )
    }),
    { numRuns: 200 },
  )
})

test('ids of a moment bound those that are made then', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true }), (time) => {
      assert.ok(idAt(time) < idAt(new Date(time.getTime() + 1)))
    }),
  )
  const before = Date.now()
  const id = newId()
  assert.ok(idAt(new Date(before)) <= id && id < idAt(new Date(Date.now() + 1)))
  assert.equal(idAt(new Date(-5)), '00000000-0000-0000-0000-000000000000')
})
