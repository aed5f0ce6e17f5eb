import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf } from '../../../test/oauth.ts'
import { createPlatform, createTestPostgres, stateOf } from '../../../test/platform.ts'
import { until } from '../../../test/scripted-agent.ts'

test('a server that stops does not keep callers waiting for a host', { timeout: 15_000 }, async (t) => {
  const platform = await createPlatform(t, { CROFT_PROVISION_WAIT_MS: '25000' })
  const agent = await platform.agent()
  const creating = createTestPostgres(platform)
  await until(() => agent.wanted.size === 1)
  platform.domain.signals.endWaits()
  const { id } = await creating
  assert.equal((await stateOf(platform, id)).state, 'provisioning')
})

test('who may not create learns nothing of hosts, sizes and engines', async (t) => {
  const { domain, system, workspaces } = await createPlatform(t)
  const [own, other] = workspaces
  const inOwn = await domain.projects.createProject(system, { workspaceId: own.id, database: false })
  const inOther = await domain.projects.createProject(system, { workspaceId: other.id, database: false })
  const principal = (role: 'workspace-admin' | 'workspace-reader') => ({
    ...system.principal,
    bindings: [{ role, scope: { type: 'workspace', id: own.id } } as const],
  })
  const admin = { principal: principal('workspace-admin'), requestId: 'r' }
  const reader = { principal: principal('workspace-reader'), requestId: 'r' }
  // No agent has ever connected, which is what those who may create are told.
  const create = (call: typeof admin, projectId: string) =>
    codeOf(domain.databases.createDatabase(call, { projectId, size: 'huge' }))
  assert.equal(await create(admin, inOther.project.id), 'project-not-found')
  assert.equal(await create(reader, inOwn.project.id), 'forbidden')
  assert.notEqual(await create(admin, inOwn.project.id), 'forbidden')
  const createProject = (call: typeof admin, workspaceId: string) =>
    codeOf(domain.projects.createProject(call, { workspaceId, database: true }))
  assert.equal(await createProject(admin, other.id), 'workspace-not-found')
  assert.equal(await createProject(reader, own.id), 'forbidden')
  assert.equal(await createProject(admin, own.id), 'no-capacity')
})
