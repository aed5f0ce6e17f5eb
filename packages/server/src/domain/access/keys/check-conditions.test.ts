import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileRules } from '../rules/ability.ts'
import { injectVariables } from '../rules/inject-variables.ts'
import { matchConditions } from '../rules/match-conditions.ts'
import { conditionFaults } from './check-conditions.ts'
import { normaliseRules } from './normalise-rules.ts'

const NAMES = ['a', 'b', 'a.b', '0', '${user.id}', '{{session.id}}', '$or', '']
const OPERATORS = [
  '$eq',
  '$ne',
  '$lt',
  '$gte',
  '$in',
  '$nin',
  '$all',
  '$size',
  '$regex',
  '$options',
  '$elemMatch',
  '$exists',
  '$not',
  '$where',
]
const texts = fc.constantFrom(
  'x',
  '(',
  '[a',
  '^a+$',
  'i',
  '${user.id}',
  '{{user.email}}',
  '${user.id}!',
  '${nobody}',
)

const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    texts,
    fc.integer({ min: -1, max: 3 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES, ...OPERATORS), tie('value'), { maxKeys: 2 }),
    fc.dictionary(fc.constantFrom(...OPERATORS), tie('value'), { maxKeys: 2 }),
  ),
}))
const conditions = fc.dictionary(fc.constantFrom(...NAMES), values, { maxKeys: 3 })

test('conditions that are accepted can be evaluated, whoever asks and about whatever', () => {
  let accepted = 0
  const users = fc.constantFrom({}, { user: { id: 'u(', email: '+@x', list: ['x'] } })
  fc.assert(
    fc.property(conditions, users, fc.jsonValue({ maxDepth: 4 }), (given, variables, subject) => {
      if (conditionFaults(given).length > 0) return
      accepted++
      for (const { conditions: filled } of injectVariables(
        [{ action: ['read'], subject: ['databases'], conditions: given }],
        variables,
      )) {
        if (filled) matchConditions(filled)({ a: subject, b: [subject], 0: { a: subject } })
        compileRules([
          [{ action: ['read'], subject: ['databases'], ...(filled ? { conditions: filled } : {}) }],
        ])
      }
    }),
    { numRuns: 4000 },
  )
  assert.ok(accepted > 400, `${accepted} of 4000 were accepted: too few to say anything`)
})

test('rules cannot be made too large', () => {
  const many = (count: number) => ({ a: { $in: Array.from({ length: count }, (_, i) => i) } })
  assert.deepEqual(conditionFaults(many(1000)), [])
  assert.equal(conditionFaults(many(1001)).length, 1)
  let deep: object = { a: 1 }
  for (let i = 0; i < 20; i++) deep = { a: { $elemMatch: deep } }
  assert.equal(conditionFaults(deep as Record<string, unknown>).length, 1)
  assert.equal(conditionFaults({ a: 'x'.repeat(2001) }).length, 1)
  assert.equal(conditionFaults({ a: 'a\0' }).length, 1)
  assert.equal(conditionFaults({ 'a\0': 1 }).length, 1)
})

test('null, 0 and the empty text anywhere in a subject are no trouble', () => {
  const holes = [null, 0, '', [null], [0], [''], [[null]], { b: null }, [{ b: null }, null]]
  const asked = ['$eq', '$ne', '$gt', '$lte', '$in', '$all', '$size', '$regex', '$exists'].map(
    (operator) => ({
      [operator]:
        operator === '$in' || operator === '$all'
          ? [1]
          : operator === '$exists'
            ? true
            : operator === '$regex'
              ? 'a'
              : 1,
    }),
  )
  for (const a of holes) {
    for (const one of asked) {
      for (const given of [
        { 'a.b': one },
        { 'a.b.c': one },
        { a: { $elemMatch: { b: one, 'b.c': one } } },
        { a: { $elemMatch: one } },
      ])
        assert.doesNotThrow(() => matchConditions(given)({ a }), JSON.stringify([given, a]))
    }
  }
  assert.equal(matchConditions({ a: { $elemMatch: { $lt: 3 } } })({ a: [null, 0] }), true)
  assert.equal(matchConditions({ a: { $elemMatch: { b: { $ne: 1 } } } })({ a: [null, 0, ''] }), false)
})

const WORKSPACE = '00000001-0000-7000-8000-000000000000'
const messageOf = (work: () => unknown): string => {
  try {
    work()
    return 'accepted'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

test('rules that would take minutes or gigabytes are refused before they do', () => {
  const pattern = ($regex: string) => conditionFaults({ name: { $regex } }).map(({ message }) => message)
  for (const huge of ['(x?){1000}'.repeat(20), 'x{1000}'.repeat(280), '((x{30}){30}){40}', 'x{999}y{999}z']) {
    assert.match(pattern(huge).join(), /is too large a regular expression/, huge.slice(0, 30))
  }
  for (const usual of ['^[a-z0-9-]{1,63}$', '^pr-\\d{1,6}$', '^(dev|test)[.].{0,255}$', 'x{2,}', 'a{b}']) {
    assert.deepEqual(pattern(usual), [], usual)
  }
  const rule = { action: 'read', subject: 'databases' }
  const make = (...rules: Parameters<typeof normaliseRules>[1]) => normaliseRules(WORKSPACE, rules)
  const patterns = Array.from({ length: 50 }, (_, i) => ({
    ...rule,
    conditions: { name: { $regex: `^${i}[a-z]{900}$` } },
  }))
  assert.match(
    messageOf(() => make(...patterns)),
    /too large a regular expression/,
  )
  assert.equal(make(...patterns.slice(0, 10)).length, 10)
  const subject = Array<string>(50_000).fill('apps')
  const conditions = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`field${i}`, i]))
  assert.match(
    messageOf(() => make({ ...rule, subject, conditions })),
    /may be 1000 rules/,
  )
  assert.match(
    messageOf(() => make({ ...rule, subject: subject.slice(0, 900), conditions })),
    /262144 characters/,
  )
  assert.match(
    messageOf(() =>
      make({ ...rule, subject: subject.slice(0, 900), action: Array<string>(1000).fill('read') }),
    ),
    /262144 characters/,
  )
  assert.equal(
    make(...Array.from({ length: 1000 }, () => ({ ...rule, conditions: { name: 'a' } }))).length,
    1000,
  )
})
