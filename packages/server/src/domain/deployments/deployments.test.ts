import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf } from '../../../test/oauth.ts'
import { createPlatform, createTestPostgres, type Platform } from '../../../test/platform.ts'
import { gone, serving } from '../../../test/scripted-agent.ts'
import type { Call } from '../access/index.ts'
import { imageOf } from '../catalogue/index.ts'
import { createDeployment, type DeploymentWish, ensureDeployments } from './index.ts'

const FIRST = { sort: 'created_at', descending: false, limit: 5000, after: null }

async function connected(t: Parameters<typeof createPlatform>[0]): Promise<Platform> {
  const platform = await createPlatform(t)
  await platform.agent({
    behave: (wanted) => (wanted.presence === 'absent' ? gone(wanted) : serving(wanted)),
  })
  return platform
}

/** A right wish in the first workspace. */
async function wishOf({
  domain,
  db,
  system,
  workspaces,
}: Platform): Promise<DeploymentWish & { projectId: string }> {
  const [{ id: workspaceId }] = workspaces
  const { project } = await domain.projects.createProject(system, { workspaceId, database: false })
  const { ensureHosts } = await import('../deployment-targets/index.ts')
  await ensureHosts(db, workspaceId)
  const place = await db
    .selectFrom('namespaces')
    .select(['id', 'deployment_target_id'])
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow()
  return {
    projectId: project.id,
    name: 'orders',
    deploymentTargetId: place.deployment_target_id,
    namespaceId: place.id,
    imageId: imageOf('postgres', '18').imageId,
  }
}

test('a database that was made elsewhere is a deployment, once', async (t) => {
  const platform = await connected(t)
  const { db, domain, system } = platform
  const { id, projectId } = await createTestPostgres(platform)
  await Promise.all(Array.from({ length: 5 }, () => ensureDeployments(db, { projectId })))
  const { items } = await domain.deployments.listDeployments(system, { projectId }, FIRST)
  assert.deepEqual(
    items.map((each) => each.id),
    [id],
  )
  const [found] = items
  assert.equal(found?.imageId, imageOf('postgres', '18').imageId)
  assert.match(found?.clusterResourceName ?? '', /^pg-[a-z0-9-]+-[0-9a-z]{6}$/)
  assert.equal(
    (await domain.deployments.getDeployment(system, id)).clusterResourceName,
    found?.clusterResourceName,
  )
})

test('the database decides in which project a deployment is, and whether it is there', async (t) => {
  const platform = await connected(t)
  const { db, domain, system, workspaces } = platform
  const [first, second] = workspaces
  const wish = await wishOf(platform)
  const { id } = await domain.deployments.createDeployment(system, wish)
  const listed = async (projectId: string) =>
    (await domain.deployments.listDeployments(system, { projectId }, FIRST)).items.map((each) => each.id)
  assert.deepEqual(await listed(wish.projectId), [id])

  const { project: to } = await domain.projects.createProject(system, {
    workspaceId: first.id,
    database: false,
  })
  await domain.databases.moveDatabase(system, id, { projectId: to.id })
  assert.equal((await domain.deployments.getDeployment(system, id)).projectId, to.id)
  assert.deepEqual([await listed(wish.projectId), await listed(to.id)], [[], [id]])

  // As a transfer leaves it.
  await db.updateTable('projects').set({ workspace_id: second.id }).where('id', '=', to.id).execute()
  const moved = await domain.deployments.getDeployment(system, id)
  assert.equal(moved.workspaceId, second.id)
  const target = await db
    .selectFrom('deployment_targets')
    .select('workspace_id')
    .where('id', '=', moved.deploymentTargetId)
    .executeTakeFirstOrThrow()
  assert.equal(target.workspace_id, second.id)
  const giver: Call = {
    ...system,
    principal: {
      ...system.principal,
      bindings: [{ role: 'workspace-admin', scope: { type: 'workspace', id: first.id } }],
    },
  }
  assert.equal(await codeOf(domain.deployments.getDeployment(giver, id)), 'database-not-found')

  await domain.databases.quarantineDatabase(system, id)
  assert.equal(await codeOf(domain.deployments.getDeployment(system, id)), 'database-not-found')
  assert.deepEqual(await listed(to.id), [])
  await domain.databases.releaseDatabase(system, id)
  assert.deepEqual(await listed(to.id), [id])
  await domain.deployments.deleteDeployment(system, id)
  assert.deepEqual(await listed(to.id), [])
})

test('what is made with a deployment is not made without it', async (t) => {
  const platform = await connected(t)
  const { db, domain, system } = platform
  const wish = await wishOf(platform)
  const deps = { db, signals: domain.signals, sealer: domain.sealer, defaults: domain.defaults }
  const refused = createDeployment(deps, system, wish, async () => {
    throw new Error('no')
  })
  await assert.rejects(refused, /no/)
  const { count } = await db
    .selectFrom('databases')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  assert.equal(Number(count), 0)
  const made = await createDeployment(deps, system, wish, async (tx, { id }) => {
    await tx.updateTable('deployments').set({ dns_zone: 'example.com' }).where('id', '=', id).execute()
  })
  assert.equal((await domain.deployments.getDeployment(system, made.id)).dnsZone, 'example.com')
})

test('a repeated call makes one deployment', async (t) => {
  const platform = await connected(t)
  const { domain, system } = platform
  const wish = await wishOf(platform)
  const call = { ...system, resourceId: '01890a5d-ac96-774b-bcce-b302099a8057' }
  const one = await domain.deployments.createDeployment(call, wish)
  const again = await domain.deployments.createDeployment(call, wish)
  assert.deepEqual([one.id, again.clusterResourceName], [call.resourceId, one.clusterResourceName])
})

test('a host that is away for minutes, or lacks the version, takes no new deployments', async (t) => {
  const platform = await connected(t)
  const { db, domain, system } = platform
  const wish = await wishOf(platform)
  const lacking = { ...wish, imageId: imageOf('postgres', '17').imageId }
  assert.equal(await codeOf(domain.deployments.createDeployment(system, lacking)), 'not-applicable')
  await db
    .updateTable('targets')
    .set({ last_seen_at: new Date(Date.now() - 600_000) })
    .execute()
  assert.equal(await codeOf(domain.deployments.createDeployment(system, wish)), 'not-applicable')
})

test('what changes of a setup leaves alone what other APIs chose', async (t) => {
  const platform = await connected(t)
  const { db, domain, system } = platform
  const { id } = await domain.deployments.createDeployment(system, await wishOf(platform))
  await domain.databases.updateDatabase(system, id, { overrides: { cpus: 2 } })
  const overrides = { work_mem: '3MB' }
  const changed = await domain.deployments.updateDeployment(system, id, { templates: { overrides } })
  assert.deepEqual(changed.configuration, overrides)
  const read = () =>
    db
      .selectFrom('databases')
      .select(['overrides', 'tls_required'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  assert.deepEqual((await read()).overrides, { cpus: 2, settings: overrides })
  const tls = await domain.deployments.updateDeployment(system, id, { tlsEnabled: true })
  assert.deepEqual([tls.tlsEnabled, (await read()).tls_required], [true, true])
})

test('a deployment whose restore goes on or failed is not changed', async (t) => {
  const platform = await connected(t)
  const { db, domain, system } = platform
  const { id } = await domain.deployments.createDeployment(system, await wishOf(platform))
  await db.updateTable('databases').set({ state: 'recovering' }).where('id', '=', id).execute()
  const change = () => codeOf(domain.deployments.updateDeployment(system, id, { tlsEnabled: true }))
  assert.equal(await change(), 'restore-unfinished')
  await db
    .updateTable('databases')
    .set({ state: 'ready', ready_at: new Date() })
    .where('id', '=', id)
    .execute()
  assert.notEqual(await change(), 'restore-unfinished')
})
