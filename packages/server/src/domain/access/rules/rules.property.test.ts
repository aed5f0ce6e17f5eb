import assert from 'node:assert/strict'
import { test } from 'node:test'
import { subject } from '@casl/ability'
import fc from 'fast-check'
import { naiveDecider, naivelyMatches } from '../../../../test/naive-rules.ts'
import { compileRules } from './ability.ts'
import { matchConditions } from './match-conditions.ts'
import type { Rule } from './rule.ts'
import type { Action, SubjectName } from './subjects.ts'

const text = fc.constantFrom('a', 'b', 'ab', 'prod-1', '')
const number = fc.constantFrom(-1, 0, 1, 2)
const scalar = fc.oneof(text, number, fc.boolean())
const path = fc.constantFrom(
  'id',
  'name',
  'size',
  'tags',
  'source.userId',
  'source.tags',
  'payload.items.n',
  'missing',
)

const anyObject = fc.record(
  {
    id: text,
    name: text,
    size: number,
    tags: fc.array(scalar, { maxLength: 3 }),
    source: fc.record(
      { userId: text, tags: fc.array(text, { maxLength: 2 }) },
      { requiredKeys: [], noNullPrototype: true },
    ),
    payload: fc.record({ items: fc.array(fc.record({ n: number }), { maxLength: 3 }) }),
  },
  { requiredKeys: [], noNullPrototype: true },
)

const plain = { noNullPrototype: true } as const
const operator = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, plain)

const operators = fc.oneof(
  scalar,
  operator({ $eq: scalar }),
  operator({ $ne: scalar }),
  operator({ $in: fc.array(scalar, { maxLength: 3 }) }),
  operator({ $nin: fc.array(scalar, { maxLength: 3 }) }),
  operator({ $gt: number }),
  operator({ $gte: number, $lt: number }),
  operator({ $lte: text }),
  operator({ $size: fc.nat(2) }),
  operator({ $all: fc.array(scalar, { minLength: 1, maxLength: 2 }) }),
  operator({ $exists: fc.boolean() }),
  operator({ $regex: fc.constantFrom('^a', 'b$', 'PROD', '-[0-9]') }),
  operator({ $regex: fc.constantFrom('^A', 'prod'), $options: fc.constant('i') }),
)
const conditions = fc.dictionary(path, operators, { maxKeys: 2, noNullPrototype: true })

const ACTIONS = ['read', 'create', 'manage', 'delete'] as const satisfies Action[]
const SUBJECTS = ['databases', 'projects', 'events'] as const satisfies SubjectName[]
const rule: fc.Arbitrary<Rule> = fc.record(
  {
    action: fc.uniqueArray(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 2 }),
    subject: fc.uniqueArray(fc.constantFrom(...SUBJECTS, 'all' as const), { minLength: 1, maxLength: 2 }),
    inverted: fc.boolean(),
    reason: fc.constantFrom('because', 'for a reason'),
    conditions,
    priority: fc.constantFrom(-5, 0, 1, 7, 999),
  },
  { requiredKeys: ['action', 'subject'], noNullPrototype: true },
)
const batches = fc.array(fc.array(rule, { maxLength: 5 }), { maxLength: 3 })

test('conditions match what the contract says they match', () => {
  fc.assert(
    fc.property(conditions, anyObject, (wanted, object) => {
      assert.equal(matchConditions(wanted)(object), naivelyMatches(wanted, object))
    }),
    { numRuns: 3000 },
  )
})

test('the rule that decides is the one that the contract says', () => {
  const ask = fc.record({ action: fc.constantFrom(...ACTIONS), name: fc.constantFrom(...SUBJECTS) })
  fc.assert(
    fc.property(batches, ask, fc.option(anyObject), (rules, { action, name }, object) => {
      const expected = naiveDecider(rules, action, name, object)
      const ability = compileRules(rules)
      const decided = ability.relevantRuleFor(action, object === null ? name : subject(name, { ...object }))
      assert.equal(decided?.reason, expected?.reason)
      assert.equal(decided?.inverted ?? null, expected ? (expected.inverted ?? false) : null)
      assert.equal(
        ability.can(action, object === null ? name : subject(name, { ...object })),
        expected !== undefined && !expected.inverted,
      )
    }),
    { numRuns: 3000 },
  )
})
