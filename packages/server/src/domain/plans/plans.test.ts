import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestUser } from '../../../test/access.ts'
import { createPlatform, createTestPostgres } from '../../../test/platform.ts'
import { obedient } from '../../../test/scripted-agent.ts'
import { newId } from '../../platform/ids/index.ts'
import { seedPlans } from './seed-plans.ts'

const small = { name: 'tiny', engine: 'postgres', size: 'nano' }

/** A platform whose one host has PostgreSQL 18 installed, an administrator of it and somebody else. */
async function prepare(t: TestContext) {
  const platform = await createPlatform(t)
  const agent = await platform.agent({ behave: obedient })
  const { id } = platform.workspaces[0]
  const other = await createTestUser(platform, 'eve@example.com', 'workspace-admin', {
    type: 'workspace',
    id,
  })
  const { plans, environments } = platform.domain
  return { platform, agent, plans, environments, root: platform.system, other: other.call }
}

test('an engine that a host has installed gets its first plan, once and for all', async (t) => {
  const { platform, plans, root, environments } = await prepare(t)
  const named = async () => (await plans.listPlans(root)).map(({ name }) => name)
  const [first] = await plans.listPlans(root)
  assert.deepEqual(first && { ...first, id: '' }, {
    ...{
      id: '',
      name: 'postgres-small',
      description: null,
      engine: 'postgres',
      version: null,
      size: 'small',
    },
    ...{ isActive: true, isDefault: true },
    environmentIds: (await environments.listEnvironments(root)).map(({ id }) => id),
  })
  const engines = ['mariadb', 'redis'].map((name) => ({ id: newId(), name }))
  await platform.db.insertInto('engines').values(engines).execute()
  const onHost = [
    { engine: 'postgres', installed: true },
    { engine: 'mariadb', installed: true },
    { engine: 'redis', installed: false },
  ]
  await Promise.all([seedPlans(platform.db, onHost), seedPlans(platform.db, onHost)])
  assert.deepEqual(await named(), ['postgres-small', 'mysql-small'])
  await plans.deletePlan(root, first?.id ?? '')
  await seedPlans(platform.db, onHost)
  assert.deepEqual(await named(), ['mysql-small'])
})

test('everybody reads plans, administrators of the platform write them', async (t) => {
  const { plans, root, other } = await prepare(t)
  const made = await plans.createPlan(root, { ...small, description: 'For trials' })
  assert.equal((await plans.getPlan(other, made.id)).description, 'For trials')
  assert.equal((await plans.listPlans(other)).length, 2)
  assert.deepEqual(await plans.listPlans(other, { engine: 'redis' }), [])
  const forbidden = { code: 'forbidden' }
  await assert.rejects(plans.createPlan(other, { ...small, name: 'mine' }), forbidden)
  await assert.rejects(plans.updatePlan(other, made.id, { name: 'mine' }), forbidden)
  await assert.rejects(plans.deletePlan(other, made.id), forbidden)
  await assert.rejects(plans.deletePlan(other, newId()), forbidden)
})

test('a plan is made of what there is', async (t) => {
  const { plans, root } = await prepare(t)
  const refused = (changes: object, code: string) =>
    assert.rejects(plans.createPlan(root, { ...small, ...changes }), { code })
  await refused({ engine: 'oracle' }, 'engine-not-found')
  await refused({ version: '9' }, 'engine-not-found')
  await refused({ size: 'vast' }, 'size-not-found')
  await refused({ environmentIds: [newId()] }, 'environment-not-found')
  await refused({ name: 'postgres-small' }, 'name-taken')
  await refused({ isActive: false, isDefault: true }, 'invalid-input')
  assert.equal((await plans.createPlan(root, { ...small, version: '18' })).version, '18')
  await assert.rejects(plans.getPlan(root, newId()), { code: 'plan-not-found' })
})

test('an engine has one default plan at most, also when several are made at once', async (t) => {
  const { platform, plans, root } = await prepare(t)
  await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) => plans.createPlan(root, { ...small, name, isDefault: true })),
  )
  const all = await plans.listPlans(root)
  assert.equal(all.length, 5)
  const [only, ...more] = all.filter(({ isDefault }) => isDefault)
  assert.deepEqual(more, [])
  const off = await plans.updatePlan(root, only?.id ?? '', { isActive: false })
  assert.equal(off.isDefault, false)
  const other = all.find(({ isDefault }) => !isDefault)
  assert.equal((await plans.updatePlan(root, other?.id ?? '', { isDefault: true })).isDefault, true)
  const { rows } = await platform.pool.query("select from events where action = 'plan.updated'")
  assert.equal(rows.length, 2)
})

test('changes leave the rest as it is', async (t) => {
  const { plans, root, environments } = await prepare(t)
  const [dev] = await environments.listEnvironments(root)
  const made = await plans.createPlan(root, { ...small, description: 'For trials' })
  const moved = await plans.updatePlan(root, made.id, { environmentIds: [dev?.id ?? ''] })
  assert.deepEqual(moved, { ...made, environmentIds: [dev?.id] })
  const changed = await plans.updatePlan(root, made.id, { name: 'small', size: 'small', description: null })
  assert.deepEqual(changed, { ...moved, name: 'small', size: 'small', description: null })
  await assert.rejects(plans.updatePlan(root, made.id, { name: 'postgres-small' }), { code: 'name-taken' })
})

test('a plan that a database was made with stays until the database is gone for good', async (t) => {
  const { platform, plans, root } = await prepare(t)
  const made = await plans.createPlan(root, small)
  const { id } = await createTestPostgres(platform)
  const use = { plan_id: made.id, state: 'ready', is_default: false } as const
  await platform.db.updateTable('databases').set(use).execute()
  await assert.rejects(plans.deletePlan(root, made.id), { code: 'plan-in-use' })
  await platform.domain.databases.quarantineDatabase(root, id)
  await assert.rejects(plans.deletePlan(root, made.id), { code: 'plan-in-use' })
  await platform.domain.databases.deleteDatabase(root, id, { quarantined: 'any' })
  await plans.deletePlan(root, made.id)
  await assert.rejects(plans.getPlan(root, made.id), { code: 'plan-not-found' })
  // Its name is free again.
  assert.equal((await plans.createPlan(root, small)).name, small.name)
})

test('a database is made with what can be ordered', async (t) => {
  const { platform, plans, root, environments } = await prepare(t)
  const [dev, prod] = await environments.listEnvironments(root)
  const made = await plans.createPlan(root, { ...small, environmentIds: [dev?.id ?? ''] })
  const { projectId } = await createTestPostgres(platform)
  const order = (changes: object) =>
    platform.domain.databases.createDatabase(root, {
      ...{ projectId, size: 'nano', planId: made.id, environmentId: dev?.id },
      ...changes,
    })
  const { database } = await order({})
  assert.deepEqual([database.planId, database.environmentId], [made.id, dev?.id])
  await assert.rejects(order({ size: 'small' }), { code: 'invalid-input' })
  await assert.rejects(order({ environmentId: prod?.id }), { code: 'invalid-input' })
  await assert.rejects(order({ environmentId: newId() }), { code: 'environment-not-found' })
  await assert.rejects(order({ planId: newId() }), { code: 'plan-not-found' })
  await plans.updatePlan(root, made.id, { isActive: false })
  await assert.rejects(order({}), { code: 'invalid-input' })
})

test('databases that other APIs made are shown with what fits', async (t) => {
  const { platform, plans, root } = await prepare(t)
  const { id } = await createTestPostgres(platform)
  const database = await platform.domain.databases.getDatabase(root, id)
  assert.equal((await plans.plansOf([database])).get(id)?.planId, null)
  const made = await plans.createPlan(root, small)
  const shown = (await plans.plansOf([database])).get(id)
  assert.equal(shown?.planId, made.id)
  assert.ok(made.environmentIds.includes(shown?.environmentId ?? ''))
})
