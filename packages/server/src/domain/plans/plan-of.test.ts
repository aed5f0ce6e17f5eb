import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Plan } from './plan.ts'
import { type Ordered, planOf } from './plan-of.ts'

const plan = (id: string, changes: Partial<Plan> = {}): Plan => ({
  ...{ id, name: id, description: null, engine: 'postgres', version: null, size: 'small' },
  ...{ isActive: true, isDefault: false, environmentIds: [] },
  ...changes,
})
const environment = (id: string, region = 'us-east-1') => ({ id, name: id, region })
const database: Ordered = {
  ...{ engine: 'postgres', version: '18', size: 'small', region: 'us-east-1' },
  ...{ planId: null, environmentId: null },
}
const known = (plans: readonly Plan[], environments = [environment('prod'), environment('dev')]) => ({
  plans,
  environments,
})

test('what it was made with is shown, whatever would fit', () => {
  const ordered = { ...database, planId: 'theirs', environmentId: 'theirs' }
  assert.deepEqual(planOf(ordered, known([plan('small')])), { planId: 'theirs', environmentId: 'theirs' })
})

test('the default plan of its engine and size fits best, then one that can be ordered, then the first by name', () => {
  const plans = [plan('c', { isActive: false }), plan('b'), plan('a', { isActive: false })]
  assert.equal(planOf(database, known(plans)).planId, 'b')
  assert.equal(planOf(database, known([...plans, plan('d', { isDefault: true })])).planId, 'd')
  assert.equal(planOf(database, known([plan('c'), plan('b')])).planId, 'b')
})

test('a plan of another engine, size or version does not fit', () => {
  const plans = [
    plan('a', { engine: 'redis' }),
    plan('b', { size: 'large' }),
    plan('c', { version: '17' }),
    plan('d', { version: '18' }),
  ]
  assert.equal(planOf(database, known(plans)).planId, 'd')
  assert.equal(planOf(database, known(plans.slice(0, 3))).planId, null)
})

test('the environment is one of its region, of the plan’s if it can be', () => {
  const environments = [environment('dev'), environment('prod'), environment('far', 'eu-west-3')]
  const in_ = (...environmentIds: string[]) => known([plan('a', { environmentIds })], environments)
  assert.equal(planOf(database, in_('prod')).environmentId, 'prod')
  assert.equal(planOf(database, in_('far')).environmentId, 'dev')
  assert.equal(planOf({ ...database, region: 'eu-west-3' }, in_('prod')).environmentId, 'far')
  assert.equal(planOf({ ...database, region: 'us-west-1' }, in_('prod')).environmentId, null)
})
