import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CroftError } from '../../../platform/errors/index.ts'
import { authorize, authorizeFound } from '../authorize.ts'
import { ANONYMOUS, type Principal } from '../principal.ts'
import { abilityOf, compileRules, isAllowed, refusalOf } from './ability.ts'
import type { Binding } from './binding.ts'
import { ROLE_NAMES, roleOf } from './roles.ts'
import type { Rule } from './rule.ts'
import type { Subjects } from './subjects.ts'

const database = (changes: Partial<Subjects['databases']> = {}): Subjects['databases'] => ({
  id: 'd1',
  workspaceId: 'w1',
  projectId: 'p1',
  name: 'shop',
  engine: 'postgres',
  region: 'eu',
  size: 'nano',
  branchId: null,
  ...changes,
})
let versions = 0
const holder = (bindings: Binding[], ...sets: Rule[][]): Principal => ({
  ...ANONYMOUS,
  type: 'user',
  bindings,
  ruleSets: sets.map((rules) => ({ version: `v${versions++}`, rules })),
})
const ADMIN: Binding = { role: 'workspace-admin', scope: { type: 'workspace', id: 'w1' } }
const NOT_FOUND = { code: 'database-not-found', message: 'There is none.' } as const

test('precedence: priorities, then what forbids, then what allows', () => {
  const allow = (priority?: number): Rule => ({
    action: ['read'],
    subject: ['databases'],
    ...(priority === undefined ? {} : { priority }),
  })
  const deny = (priority?: number): Rule => ({ ...allow(priority), inverted: true })
  const table: [batches: Rule[][], allowed: boolean][] = [
    [[[allow()]], true],
    [[[]], false],
    [[[deny(), allow()]], false],
    [[[allow(), deny()]], false],
    [[[allow(1), deny()]], true],
    [[[deny(1), allow(2)]], true],
    [[[deny(2), allow(1)]], false],
    [[[deny(-1), allow()]], false],
    [[[allow(-1), deny()]], true],
    // 0 is none.
    [[[allow(0), deny()]], false],
    // Of equals the later of one batch, and the earlier of two batches.
    [[[deny(5), allow(5)]], true],
    [[[allow(5), deny(5)]], false],
    [[[deny(5)], [allow(5)]], false],
    [[[allow(5)], [deny(5)]], true],
    [[[allow()], [deny()]], false],
    [[[{ ...allow(), conditions: {} }], []], true],
  ]
  for (const [batches, allowed] of table) {
    assert.equal(compileRules(batches).can('read', 'databases'), allowed, JSON.stringify(batches))
  }
})

test('manage is every action, and no sum of the others is manage', () => {
  const manager = holder([], [{ action: ['manage'], subject: ['databases'] }])
  const worker = holder([], [{ action: ['create', 'read', 'update', 'delete'], subject: ['databases'] }])
  assert.equal(isAllowed(manager, 'get_usage', 'databases', database()), true)
  assert.equal(isAllowed(worker, 'delete', 'databases', database()), true)
  assert.equal(isAllowed(worker, 'manage', 'databases', database()), false)
})

test('each role reaches what is in its scope and nothing beside it', () => {
  for (const role of ROLE_NAMES) {
    const { level, permissions } = roleOf(role)
    if (level === 'platform' || level === 'namespace') continue
    const at = (id: string): Binding => ({
      role,
      scope: level === 'organization' ? { type: level, id, workspaceIds: [id] } : { type: level, id },
    })
    for (const { actions, subjects } of permissions) {
      for (const name of subjects) {
        for (const action of actions) {
          // Everything is called x here: the workspace, the project, the thing itself.
          const fields = {
            ...{ id: 'x', workspaceId: 'x', projectId: 'x', databaseId: 'x', runningWorkspaceId: 'x' },
            source: { workspaceId: 'x' },
          }
          const ask = (binding: Binding) =>
            isAllowed(holder([binding]), action, name, fields as unknown as Subjects[typeof name])
          assert.equal(ask(at('x')), true, `${role} may ${action} ${name}`)
          assert.equal(ask(at('y')), false, `${role} may not ${action} ${name} elsewhere`)
        }
      }
    }
  }
})

test('a key’s deny binds even the workspace’s administrator, but not the platform’s', () => {
  const deny: Rule = {
    action: ['delete'],
    subject: ['databases'],
    inverted: true,
    conditions: { name: { $regex: '^prod' } },
  }
  const prod = database({ name: 'prod-1' })
  assert.equal(isAllowed(holder([ADMIN]), 'delete', 'databases', prod), true)
  assert.equal(isAllowed(holder([ADMIN], [deny]), 'delete', 'databases', prod), false)
  assert.equal(isAllowed(holder([ADMIN], [deny]), 'delete', 'databases', database()), true)
  const platform: Binding = { role: 'platform-admin', scope: { type: 'platform' } }
  assert.equal(isAllowed(holder([platform], [deny]), 'delete', 'databases', prod), true)
})

test('who is forbidden by a rule is told its reason; who is not spoken of finds nothing', () => {
  const rules: Rule[] = [
    { action: ['read'], subject: ['databases'], reason: 'never told', conditions: { projectId: 'p1' } },
    {
      action: ['read'],
      subject: ['databases'],
      inverted: true,
      reason: 'This key is for the project shop',
      conditions: { projectId: { $ne: 'p1' }, workspaceId: 'w1' },
    },
  ]
  const caller = holder([], rules)
  const find = (found: Subjects['databases'] | undefined, action: 'read' | 'delete' = 'read') =>
    authorizeFound(caller, action, 'databases', found, (fields) => fields, NOT_FOUND)
  const fails = (work: () => unknown, code: string, message: string) =>
    assert.throws(work, (error) => {
      assert.ok(error instanceof CroftError)
      assert.deepEqual([error.code, error.message], [code, message])
      return true
    })
  assert.equal(find(database()).id, 'd1')
  fails(() => find(database({ projectId: 'p2' })), 'forbidden', 'This key is for the project shop')
  fails(() => find(database({ projectId: 'p2', workspaceId: 'w2' })), 'database-not-found', 'There is none.')
  fails(() => find(undefined), 'database-not-found', 'There is none.')
  fails(() => find(database(), 'delete'), 'forbidden', 'This credential may not delete this database.')
  fails(
    () => authorize(caller, 'create', 'databases', database()),
    'forbidden',
    'This credential may not create this database.',
  )
})

test('an ability is built once for as long as nothing of it changes', () => {
  const rules: Rule[] = [{ action: ['read'], subject: ['databases'] }]
  const one = { ...holder([ADMIN]), ruleSets: [{ version: 'k 1', rules }] }
  assert.equal(abilityOf(one), abilityOf({ ...one, id: 'another request' }))
  assert.notEqual(abilityOf(one), abilityOf({ ...one, ruleSets: [{ version: 'k 2', rules }] }))
  assert.notEqual(abilityOf(one), abilityOf({ ...one, bindings: [] }))
})

test('what a pattern cannot decide in bounded time is not allowed, by rules that allow or forbid', () => {
  const slow = { $regex: '(x?){900}y' }
  const event = { type: 'x', source: { workspaceId: 'w' }, payload: { text: 'x'.repeat(100_000) } }
  const with_ = (...rules: Rule[]): Principal => ({
    ...ANONYMOUS,
    ruleSets: [{ version: JSON.stringify(rules), rules }],
  })
  const conditions = { 'payload.text': slow }
  const allow: Rule = { action: ['read'], subject: ['events'] }
  assert.equal(isAllowed(with_({ ...allow, conditions }), 'read', 'events', event), false)
  const forbid = with_(allow, { ...allow, inverted: true, conditions })
  assert.equal(isAllowed(forbid, 'read', 'events', event), false)
  assert.deepEqual(refusalOf(forbid, 'read', 'events', event), { byRule: false, reason: null })
  const short = { ...event, payload: { text: 'x' } }
  assert.equal(isAllowed(forbid, 'read', 'events', short), true)
})
