import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { createTestUser } from '../../../test/access.ts'
import { codeOf } from '../../../test/oauth.ts'
import { createPlatform, createTestPostgres } from '../../../test/platform.ts'
import { transact } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids/index.ts'
import { defaultPlace, ensureHosts, findPlace } from './index.ts'

const page = { sort: 'created_at', descending: false, limit: 100, after: null } as const

async function prepare(t: TestContext) {
  const platform = await createPlatform(t)
  const [acme, other] = platform.workspaces
  const { deploymentTargets, deployments } = platform.domain
  const list = (workspaceId: string = acme.id) =>
    deploymentTargets.listDeploymentTargets(platform.system, workspaceId, {}, page)
  /** A cluster whose agent only reports, and a deployment on it that exists on paper. */
  async function foreign() {
    const made = await deploymentTargets.createDeploymentTarget(platform.system, {
      ...{ workspaceId: acme.id, name: 'cluster', clusterId: randomUUID() },
    })
    const namespace = await deploymentTargets.createNamespace(platform.system, {
      ...{ deploymentTargetId: made.id, name: 'apps' },
    })
    return { made, namespace }
  }
  async function paper({ made, namespace }: Awaited<ReturnType<typeof foreign>>) {
    const projectId = newId()
    await platform.db
      .insertInto('projects')
      .values({ id: projectId, workspace_id: acme.id, name: projectId })
      .execute()
    const id = newId()
    await platform.db
      .insertInto('deployments')
      .values({
        ...{ id, workspace_id: acme.id, project_id: projectId, name: 'paper' },
        ...{ cluster_resource_name: 'pg-paper-abc123', deployment_target_id: made.id },
        ...{ namespace_id: namespace.id, data_service_id: newId(), image_id: newId(), version_id: newId() },
        local_only: true,
      })
      .execute()
    return id
  }
  return {
    ...platform,
    acme,
    other,
    deploymentTargets,
    deployments,
    list,
    foreign,
    paper,
    call: platform.system,
  }
}

test('every host that has joined is a target of every workspace, once, with the namespace default', async (t) => {
  const { db, agent, list, acme, other, deploymentTargets, call, targetId } = await prepare(t)
  assert.deepEqual((await list()).items, [])
  await agent()
  await Promise.all(Array.from({ length: 8 }, () => ensureHosts(db, acme.id)))
  const [mine, ...more] = (await list()).items
  assert.ok(mine)
  assert.deepEqual(more, [])
  const [theirs] = (await list(other.id)).items
  assert.notEqual(mine.id, theirs?.id)
  assert.deepEqual(
    { name: mine.name, clusterId: mine.clusterId, status: mine.status, isConnected: mine.isConnected },
    { name: 'local', clusterId: targetId, status: 'healthy', isConnected: true },
  )
  assert.equal(mine.capabilities.postgresql, 'v2')
  assert.equal(mine.capabilities.mysql, '')
  const { items } = await deploymentTargets.listNamespaces(call, mine.id, {}, page)
  assert.deepEqual(
    items.map(({ name, status }) => [name, status]),
    [['default', 'available']],
  )
  assert.deepEqual(await defaultPlace(db, acme.id, targetId), {
    ...{ deploymentTargetId: mine.id, namespaceId: items[0]?.id },
  })
  const [again] = (await list()).items
  assert.equal(again?.id, mine.id)
})

test('a target that is silent for minutes is unhealthy, and healthy again with the next heartbeat', async (t) => {
  const { db, agent, list, foreign, deploymentTargets, call, targetId } = await prepare(t)
  const joined = await agent()
  const { made } = await foreign()
  const statusOf = async (id: string) => (await deploymentTargets.getDeploymentTarget(call, id)).status
  assert.equal(await statusOf(made.id), 'unhealthy')
  await deploymentTargets.noteHeartbeat(call, { id: made.id, from: 'operator' })
  assert.equal(await statusOf(made.id), 'unhealthy')
  await deploymentTargets.noteHeartbeat(call, { id: made.id, clusterId: made.clusterId, from: 'agent' })
  assert.equal(await statusOf(made.id), 'healthy')
  await assert.rejects(
    deploymentTargets.noteHeartbeat(call, { id: made.id, clusterId: 'another', from: 'agent' }),
    { code: 'in-use' },
  )
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)
  for (const [minutes, status] of [
    [2, 'healthy'],
    [5, 'unhealthy'],
  ] as const) {
    const at = minutesAgo(minutes)
    await db
      .updateTable('deployment_targets')
      .set({ last_health_check: at })
      .where('id', '=', made.id)
      .execute()
    assert.equal(await statusOf(made.id), status)
  }
  const host = (await list()).items.find((each) => each.targetId === targetId)
  assert.ok(host)
  joined.leave()
  // Seen a moment ago, so for now nothing is said of it.
  assert.equal(await statusOf(host.id), 'healthy')
  await db
    .updateTable('targets')
    .set({ last_seen_at: minutesAgo(0.5) })
    .where('id', '=', targetId)
    .execute()
  assert.equal(await statusOf(host.id), 'unhealthy')
})

test('heartbeats go on while a deployment is being placed, and a delete waits for it', async (t) => {
  const { db, acme, foreign, deploymentTargets, call } = await prepare(t)
  const { made, namespace } = await foreign()
  let deleted: Promise<unknown> | undefined
  let isDone = false
  await transact(db, async (tx) => {
    const wanted = { workspaceId: acme.id, deploymentTargetId: made.id, namespaceId: namespace.id }
    const place = await findPlace(tx, wanted)
    assert.equal(place.namespace.name, 'apps')
    await deploymentTargets.noteHeartbeat(call, { id: made.id, from: 'agent' })
    deleted = deploymentTargets.deleteNamespace(call, namespace.id).finally(() => {
      isDone = true
    })
    await deploymentTargets.listNamespaces(call, made.id, {}, page)
    assert.equal(isDone, false)
  })
  await deleted
  const gone = { workspaceId: acme.id, deploymentTargetId: made.id, namespaceId: namespace.id }
  await assert.rejects(findPlace(db, gone), { code: 'not-applicable' })
})

test('a place must be of the workspace, belong together and take deployments', async (t) => {
  const { db, acme, other, foreign, deploymentTargets, call } = await prepare(t)
  const { made, namespace } = await foreign()
  const second = await foreign()
  const wanted = { workspaceId: acme.id, deploymentTargetId: made.id, namespaceId: namespace.id }
  await findPlace(db, wanted)
  for (const odd of [
    { ...wanted, workspaceId: other.id },
    { ...wanted, deploymentTargetId: newId() },
    { ...wanted, namespaceId: second.namespace.id },
  ]) {
    await assert.rejects(findPlace(db, odd), { code: 'not-applicable' })
  }
  await deploymentTargets.updateNamespace(call, namespace.id, { status: 'unavailable' })
  await assert.rejects(findPlace(db, wanted), { code: 'not-applicable' })
  await deploymentTargets.updateNamespace(call, namespace.id, { status: 'available' })
  await findPlace(db, wanted)
})

test('an event that is reported again gets the newer count and time, never an older one', async (t) => {
  const { foreign, paper, deployments, call } = await prepare(t)
  const at = await foreign()
  const id = await paper(at)
  const event = (name: string, count: number, timestamp: number) => ({
    ...{ name, count, timestamp, type: 'Normal', reason: 'Pulled', message: 'ok', action: '' },
    ...{ resourceKind: 'Pod', resourceName: 'pg-paper-abc123-0' },
  })
  const upload = (...events: ReturnType<typeof event>[]) =>
    deployments.uploadEvents(call, at.made.id, [
      { deploymentId: id, namespace: 'apps', events },
      { deploymentId: randomUUID(), namespace: 'apps', events },
    ])
  const shown = async () =>
    (await deployments.listDeploymentEvents(call, id)).map((one) => [one.name, one.count, one.at.getTime()])
  assert.equal(await deployments.lastSynced(call, at.made.id), null)
  await upload(event('a', 1, 1000), event('b', 1, 2000), event('b', 2, 3000))
  await Promise.all([upload(event('a', 3, 4000), event('b', 2, 3000)), upload(event('b', 2, 3000))])
  await upload(event('a', 2, 3500))
  assert.deepEqual(await shown(), [
    ['a', 3, 4_000_000],
    ['b', 2, 3_000_000],
  ])
  await upload(event('c', 1, 1_700_000_000_123))
  assert.equal((await deployments.lastSynced(call, at.made.id))?.getTime(), 1_700_000_000_123)
  await assert.rejects(upload(event('d', 1, -1)), { code: 'invalid-input' })
  await assert.rejects(upload({ ...event('d', 1, 1), message: 'NUL \0' }), { code: 'invalid-input' })
  const many = Array.from({ length: 1000 }, (_, n) => event(`many-${n}`, 1, 1_800_000_000 + n))
  await upload(...many)
  assert.equal((await shown()).at(-1)?.[0], 'many-0')
})

test('an older manifest changes nothing, and one that says so removes the deployment', async (t) => {
  const { db, workspaces, foreign, paper, deploymentTargets, deployments, call, ...platform } =
    await prepare(t)
  const id = await paper(await foreign())
  const manifest = async () =>
    (
      await db.selectFrom('deployment_manifests').select('manifest').where('deployment_id', '=', id).execute()
    ).map((row) => row.manifest)
  const update = (timestamp: string, more: object) =>
    deployments.updateManifest(call, { deploymentId: id, timestamp, ...more })
  await update('2026-01-02T00:00:00Z', { manifest: { at: 2 } })
  await update('2026-01-01T00:00:00Z', { manifest: { at: 1 } })
  await update('2026-01-01T00:00:00Z', { deleted: true })
  assert.deepEqual(await manifest(), [{ at: 2 }])
  await update('2026-01-03T00:00:00+01:00', { manifest: { at: 3 } })
  assert.deepEqual(await manifest(), [{ at: 3 }])
  // A clock that was years ahead once must not keep what follows out.
  await update('2090-01-01T00:00:00Z', { manifest: { at: 4 } })
  await deployments.updateManifest(call, { deploymentId: id, manifest: { at: 5 } })
  assert.deepEqual(await manifest(), [{ at: 5 }])
  await assert.rejects(update('yesterday', {}), { code: 'invalid-input' })
  const reader = await createTestUser(
    { db, workspaces, ...platform, system: call },
    'reader@example.com',
    'organization-reader',
    { type: 'organization', id: workspaces[0].organizationId },
  )
  await assert.rejects(deployments.updateManifest(reader.call, { deploymentId: id, manifest: {} }), {
    code: 'forbidden',
  })
  await deployments.updateManifest(call, { deploymentId: id, deleted: true })
  await assert.rejects(deployments.listDeploymentEvents(call, id), { code: 'database-not-found' })
})

test('a target that holds something, or lives, is not deleted', async (t) => {
  const { db, agent, list, foreign, paper, deploymentTargets, deployments, call, targetId } = await prepare(t)
  await agent()
  const host = (await list()).items.find((each) => each.targetId === targetId)
  assert.ok(host)
  const refused = { code: 'in-use' }
  await assert.rejects(deploymentTargets.deleteDeploymentTarget(call, host.id), refused)
  const at = await foreign()
  const id = await paper(at)
  await assert.rejects(deploymentTargets.deleteNamespace(call, at.namespace.id), refused)
  await assert.rejects(deploymentTargets.deleteDeploymentTarget(call, at.made.id), refused)
  await deployments.updateManifest(call, { deploymentId: id, deleted: true })
  await deploymentTargets.noteHeartbeat(call, { id: at.made.id, from: 'agent' })
  await assert.rejects(deploymentTargets.deleteDeploymentTarget(call, at.made.id), refused)
  const long = new Date(0)
  await db
    .updateTable('deployment_targets')
    .set({ last_health_check: long })
    .where('id', '=', at.made.id)
    .execute()
  await deploymentTargets.deleteDeploymentTarget(call, at.made.id)
  await assert.rejects(deploymentTargets.getNamespace(call, at.namespace.id), { code: 'namespace-not-found' })
  await assert.rejects(deploymentTargets.noteHeartbeat(call, { id: at.made.id, from: 'agent' }), {
    code: 'deployment-target-not-found',
  })
  // The cluster may join anew.
  const { clusterId } = at.made
  const again = await deploymentTargets.createDeploymentTarget(call, {
    ...{ workspaceId: at.made.workspaceId, name: 'again', clusterId },
  })
  assert.notEqual(again.id, at.made.id)
})

test('what a host’s own agent knows is not overwritten by reports', async (t) => {
  const { agent, list, deploymentTargets, deployments, call, targetId } = await prepare(t)
  await agent()
  const host = (await list()).items.find((each) => each.targetId === targetId)
  assert.ok(host)
  const { id } = host
  const refused = { code: 'not-applicable' }
  await assert.rejects(deploymentTargets.reportMetadata(call, { id, metadata: { px_version: '3' } }), refused)
  await assert.rejects(deploymentTargets.reportCapabilities(call, { id, capabilities: {} }), refused)
  await assert.rejects(deployments.uploadEvents(call, id, []), refused)
  assert.deepEqual((await deploymentTargets.noteHeartbeat(call, { id, from: 'agent' })).name, 'local')
  const before = await deploymentTargets.getDeploymentTarget(call, id)
  await deploymentTargets.updateDeploymentTarget(call, id, { name: 'mine', tlsRequired: true })
  const after = await deploymentTargets.getDeploymentTarget(call, id)
  assert.deepEqual([after.name, after.tlsRequired, after.clusterId], ['mine', true, before.clusterId])
})

test('what happened to a database on a host is told of its deployment', async (t) => {
  const platform = await createPlatform(t)
  const { domain, system: call, db } = platform
  const agent = await platform.agent()
  const database = await createTestPostgres(platform)
  const crashed = { id: newId(), at: new Date().toISOString(), kind: 'instance.crashed' as const }
  await agent.report({ events: [{ ...crashed, instanceId: database.instanceId, detail: {} }] })
  const events = await domain.deployments.listDeploymentEvents(call, database.id)
  const { cluster_resource_name: resource } = await db
    .selectFrom('deployments')
    .select('cluster_resource_name')
    .where('id', '=', database.id)
    .executeTakeFirstOrThrow()
  assert.deepEqual(
    events.map(({ reason, type, resourceName }) => ({ reason, type, resourceName })),
    [
      { reason: 'InstanceCrashed', type: 'Warning', resourceName: resource },
      { reason: 'DatabaseCreated', type: 'Normal', resourceName: resource },
    ],
  )
  assert.equal(new Set(events.map(({ name }) => name)).size, events.length)
  await assert.rejects(domain.deployments.updateManifest(call, { deploymentId: database.id }), {
    code: 'not-applicable',
  })
})

test('a repeat of a call that made a target since deleted makes no other', async (t) => {
  const { deploymentTargets, call, acme } = await prepare(t)
  const again = { ...call, resourceId: newId() }
  const wanted = { workspaceId: acme.id, name: 'cluster', clusterId: randomUUID() }
  const made = await deploymentTargets.createDeploymentTarget(again, wanted)
  assert.deepEqual(await deploymentTargets.createDeploymentTarget(again, wanted), made)
  await deploymentTargets.deleteDeploymentTarget(call, made.id)
  assert.equal(
    await codeOf(deploymentTargets.createDeploymentTarget(again, wanted)),
    'deployment-target-not-found',
  )
})
