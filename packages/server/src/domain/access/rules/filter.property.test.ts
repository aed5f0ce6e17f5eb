import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { createTestDatabase } from '../../../../test/database.ts'
import { ANONYMOUS, type Principal } from '../principal.ts'
import { isAllowed } from './ability.ts'
import { type Columns, filterOf } from './filter.ts'
import type { Rule } from './rule.ts'
import type { Subjects } from './subjects.ts'

const IDS = [1, 2, 3].map((n) => `0000000${n}-0000-7000-8000-000000000000`)
const id = fc.constantFrom(...IDS)
const name = fc.constantFrom('a', 'b', 'prod-1', '')
const row: fc.Arbitrary<Subjects['databases']> = fc.record(
  {
    id,
    workspaceId: id,
    projectId: id,
    name,
    engine: fc.constantFrom('postgres', 'redis'),
    region: fc.constant('eu'),
    size: fc.constant('nano'),
    branchId: fc.option(id),
  },
  { noNullPrototype: true },
)

const COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('row.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('row.workspaceId') },
  projectId: { type: 'uuid', sql: sql.ref('row.projectId') },
  name: { type: 'text', sql: sql.ref('row.name') },
  branchId: { type: 'uuid', sql: sql.ref('row.branchId') },
}

const plain = { noNullPrototype: true } as const
const value = fc.oneof(id, name, fc.constant(7), fc.constant('not a uuid'), fc.boolean())
const values = fc.array(value, { maxLength: 3 })
const operator = fc.oneof(
  value,
  fc.record({ $eq: value }, plain),
  fc.record({ $ne: value }, plain),
  fc.record({ $in: values }, plain),
  fc.record({ $nin: values }, plain),
  fc.record({ $in: values, $ne: value }, plain),
  // These cannot be said in SQL.
  fc.record({ $regex: fc.constantFrom('^prod', 'a') }, plain),
  fc.record({ $exists: fc.boolean() }, plain),
)
// Two columns of the subject are not offered to SQL, as a list may not have joined them.
const field = fc.constantFrom('id', 'workspaceId', 'projectId', 'name', 'branchId', 'engine', 'unknown')
const rule: fc.Arbitrary<Rule> = fc.record(
  {
    action: fc.constantFrom(['read'] as const, ['manage'] as const, ['create'] as const),
    subject: fc.constantFrom(['databases'] as const, ['all'] as const, ['projects'] as const),
    inverted: fc.boolean(),
    conditions: fc.dictionary(field, operator, { maxKeys: 2, noNullPrototype: true }),
    priority: fc.constantFrom(0, 1, 2),
  },
  { requiredKeys: ['action', 'subject'], noNullPrototype: true },
)

let versions = 0
const holder = (rules: readonly Rule[]): Principal => ({
  ...ANONYMOUS,
  ruleSets: [{ version: `test ${versions++}`, rules }],
})

test('a list shows what may be read one by one, and nothing else', async (t) => {
  const { db } = await createTestDatabase(t)
  await fc.assert(
    fc.asyncProperty(
      fc.array(rule, { maxLength: 5 }),
      fc.array(row, { minLength: 1 }),
      async (rules, rows) => {
        const principal = holder(rules)
        const { where, exact } = filterOf(principal, 'read', 'databases', COLUMNS)
        const found = await sql<{ index: number; shown: boolean | null }>`
        select (entry.ordinality - 1)::int as index, (${where}) as shown
        from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) with ordinality as entry
        cross join lateral jsonb_to_record(entry.value) as row(
          id uuid, "workspaceId" uuid, "projectId" uuid, name text, "branchId" uuid)`.execute(db)
        assert.equal(found.rows.length, rows.length)
        for (const { index, shown } of found.rows) {
          const item = rows[index]
          assert.ok(item)
          const allowed = isAllowed(principal, 'read', 'databases', item)
          if (exact) assert.equal(shown === true, allowed)
          else if (allowed) assert.equal(shown, true)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('roles alone make a filter that SQL decides, over one array for each', async (t) => {
  const { db } = await createTestDatabase(t)
  const bindings = IDS.map((id) => ({ role: 'project-reader', scope: { type: 'project', id } }) as const)
  const { where, exact } = filterOf({ ...ANONYMOUS, bindings }, 'read', 'databases', COLUMNS)
  assert.equal(exact, true)
  const { sql: text, parameters } = sql`select ${where}`.compile(db)
  assert.match(text, /^select "row"\."projectId" = any\(\$1::uuid\[\]\)$/)
  assert.deepEqual(parameters, [IDS])
})

test('ever so many rules make a filter that can be printed and run', async (t) => {
  const { db } = await createTestDatabase(t)
  const many = (inverted: (i: number) => boolean) =>
    holder(
      Array.from({ length: 20_000 }, (_, i) => ({
        action: ['read'],
        subject: ['databases'],
        priority: i + 1,
        inverted: inverted(i),
        conditions: { name: `n${i}` },
      })),
    )
  const mixed = filterOf(
    many((i) => i % 2 === 1),
    'read',
    'databases',
    COLUMNS,
  )
  assert.equal(mixed.exact, false)
  const { rows } = await sql<{ name: string }>`
    select name from (values ('n0'), ('n1'), ('n19998'), ('n20000')) as row(name)
    where ${mixed.where}`.execute(db)
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['n0', 'n19998'],
  )
  const none = filterOf(
    many(() => true),
    'read',
    'databases',
    COLUMNS,
  )
  assert.equal(none.exact, true)
  assert.equal((await sql`select 1 where ${none.where}`.execute(db)).rows.length, 0)
})
