import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestUser } from '../../../test/access.ts'
import { createPlatform, createTestPostgres } from '../../../test/platform.ts'
import { obedient } from '../../../test/scripted-agent.ts'
import { newId } from '../../platform/ids/index.ts'

const test_ = { name: 'test', region: 'eu-west-3', namespace: 'test' }

async function prepare(t: TestContext) {
  const platform = await createPlatform(t)
  await platform.agent({ behave: obedient })
  const { id } = platform.workspaces[0]
  const other = await createTestUser(platform, 'eve@example.com', 'workspace-admin', {
    type: 'workspace',
    id,
  })
  const { environments, plans } = platform.domain
  return { platform, environments, plans, root: platform.system, other: other.call }
}

test('everybody reads environments, administrators of the platform write them', async (t) => {
  const { environments, root, other } = await prepare(t)
  const made = await environments.createEnvironment(root, test_)
  assert.deepEqual(await environments.getEnvironment(other, made.id), { id: made.id, ...test_ })
  assert.deepEqual(
    (await environments.listEnvironments(other)).map(({ name }) => name),
    ['dev', 'prod', 'test'],
  )
  const forbidden = { code: 'forbidden' }
  await assert.rejects(environments.createEnvironment(other, { ...test_, name: 'mine' }), forbidden)
  await assert.rejects(environments.updateEnvironment(other, made.id, { name: 'mine' }), forbidden)
  await assert.rejects(environments.deleteEnvironment(other, made.id), forbidden)
})

test('names are unique, regions known, and ids those of some', async (t) => {
  const { environments, root } = await prepare(t)
  await environments.createEnvironment(root, test_)
  await assert.rejects(environments.createEnvironment(root, test_), { code: 'name-taken' })
  const nowhere = { ...test_, name: 'nowhere', region: 'atlantis-1' }
  await assert.rejects(environments.createEnvironment(root, nowhere), { code: 'invalid-input' })
  const missing = { code: 'environment-not-found' }
  await assert.rejects(environments.getEnvironment(root, newId()), missing)
  await assert.rejects(environments.updateEnvironment(root, newId(), {}), missing)
  await assert.rejects(environments.deleteEnvironment(root, newId()), missing)
})

test('one with databases in it can be renamed, but neither moved nor deleted', async (t) => {
  const { platform, environments, root } = await prepare(t)
  const made = await environments.createEnvironment(root, test_)
  const { id } = await createTestPostgres(platform)
  const use = { environment_id: made.id, state: 'ready', is_default: false } as const
  await platform.db.updateTable('databases').set(use).execute()
  const inUse = { code: 'environment-in-use' }
  await assert.rejects(environments.updateEnvironment(root, made.id, { region: 'us-east-1' }), inUse)
  await assert.rejects(environments.deleteEnvironment(root, made.id), inUse)
  assert.equal((await environments.updateEnvironment(root, made.id, { name: 'qa' })).name, 'qa')
  await platform.domain.databases.quarantineDatabase(root, id)
  await assert.rejects(environments.deleteEnvironment(root, made.id), inUse)
  await platform.domain.databases.deleteDatabase(root, id, { quarantined: 'any' })
  const moved = await environments.updateEnvironment(root, made.id, { region: 'us-east-1' })
  assert.equal(moved.region, 'us-east-1')
})

test('a plan goes on without an environment that was deleted', async (t) => {
  const { environments, plans, root } = await prepare(t)
  const made = await environments.createEnvironment(root, test_)
  const plan = await plans.createPlan(root, { name: 'tiny', engine: 'postgres', size: 'nano' })
  assert.ok(plan.environmentIds.includes(made.id))
  await environments.deleteEnvironment(root, made.id)
  assert.deepEqual(
    (await plans.getPlan(root, plan.id)).environmentIds,
    plan.environmentIds.filter((id) => id !== made.id),
  )
  // Its name is free again.
  await environments.createEnvironment(root, test_)
})
