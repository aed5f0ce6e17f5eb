import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasVariables, injectVariables } from './inject-variables.ts'
import type { Rule } from './rule.ts'

const rule = (conditions: Record<string, unknown>, inverted = false): Rule => ({
  action: ['read'],
  subject: ['events'],
  inverted,
  conditions,
})
const VARIABLES = { user: { id: 'u1', topics: ['a', 'b'], level: 3 }, session: { id: 's1' } }
const conditionsOf = (conditions: Record<string, unknown>) =>
  injectVariables([rule(conditions)], VARIABLES).map((each) => each.conditions)

test('placeholders stand in keys, in values and in the middle of texts', () => {
  assert.deepEqual(conditionsOf({ 'source.userId': '${user.id}' }), [{ 'source.userId': 'u1' }])
  assert.deepEqual(conditionsOf({ 'source.sessionId': '{{session.id}}' }), [{ 'source.sessionId': 's1' }])
  assert.deepEqual(conditionsOf({ 'permissions.${user.id}.role': 'owner' }), [
    { 'permissions.u1.role': 'owner' },
  ])
  assert.deepEqual(conditionsOf({ slug: '${user.id}-{{session.id}}!' }), [{ slug: 'u1-s1!' }])
  assert.deepEqual(conditionsOf({ slug: { $ne: '${user.id}' } }), [{ slug: { $ne: 'u1' } }])
})

test('a text that is one placeholder becomes the value itself', () => {
  assert.deepEqual(conditionsOf({ topic: { $in: '${user.topics}' } }), [{ topic: { $in: ['a', 'b'] } }])
  assert.deepEqual(conditionsOf({ level: '${user.level}' }), [{ level: 3 }])
})

test('what stands in an array is no placeholder, nor is what has other characters', () => {
  assert.deepEqual(conditionsOf({ topic: { $in: ['${user.id}'] } }), [{ topic: { $in: ['${user.id}'] } }])
  assert.deepEqual(conditionsOf({ topic: '${ user.id }' }), [{ topic: '${ user.id }' }])
  assert.deepEqual(conditionsOf({ topic: '${user_id}' }), [{ topic: '${user_id}' }])
})

test('a rule whose variable is not set does not apply, whether it allows or forbids', () => {
  for (const inverted of [false, true]) {
    assert.deepEqual(injectVariables([rule({ a: '${user.email}' }, inverted)], VARIABLES), [])
    assert.deepEqual(injectVariables([rule({ a: '${user.id}' }, inverted)], {}), [])
    assert.deepEqual(injectVariables([rule({ a: { $in: '${user.id}' } }, inverted)], VARIABLES), [])
  }
  // Of an object's own only: nobody reaches what every object inherits.
  assert.deepEqual(conditionsOf({ a: '${user.constructor}' }), [])
})

test('rules without a variable are the same for everybody', () => {
  assert.equal(hasVariables([rule({ a: 'b' }), { action: ['read'], subject: ['all'] }]), false)
  assert.equal(hasVariables([rule({ a: { $ne: '{{user.id}}' } })]), true)
})
