import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { type Caller, callerOf, newUser, type Pds } from '../pds.ts'
import { dataServiceOf } from './catalogue.ts'

type Body = Readonly<Record<string, unknown>>
interface Target extends Body {
  readonly id: string
  readonly name: string
  readonly cluster_id: string
  readonly status: string
  readonly capabilities: Readonly<Record<string, string>>
  readonly metadata: Readonly<Record<string, string>>
}
interface Namespace extends Body {
  readonly id: string
  readonly name: string
  readonly status: string
}
interface Page<Item> {
  readonly data: readonly Item[]
  readonly pagination?: { readonly continuation: string }
}
interface Event extends Body {
  readonly name: string
  readonly count: number
  readonly timestamp: string
}

const target = (id: string) => `/api/deployment-targets/${id}`
const namespacesOf = (id: string) => `${target(id)}/namespaces`

interface Operation {
  readonly method: string
  /** Below the id that it is of. */
  readonly path: (id: string) => string
  readonly body?: Body
  /** Bodies that are 400. */
  readonly malformed?: readonly unknown[]
  /** Whether who may only read the account may call it. */
  readonly readable?: true
  readonly of: 'tenant' | 'project' | 'target' | 'namespace' | 'deployment'
}

const report = (more: Body = {}): Body => ({
  ...{
    name: 'pg-paper-0.1',
    type: 'Warning',
    reason: 'FailedScheduling',
    message: '0/3 nodes are available',
  },
  ...{ count: 1, timestamp: 1_700_000_000, resource_kind: 'Pod', resource_name: 'pg-paper-0', ...more },
})
const reports = (deployment_id: string, ...events: readonly Body[]): Body => ({
  events: [{ deployment_id, namespace: 'apps', events }],
})
const without = (field: string): Body => {
  const { [field]: _left, ...rest } = report()
  return rest
}

const OPERATIONS: readonly Operation[] = [
  {
    ...{ of: 'tenant', method: 'POST', path: (id) => `/api/tenants/${id}/deployment-targets` },
    body: { name: 'cluster', cluster_id: 'cluster' },
    malformed: [
      {},
      { name: 'cluster' },
      { cluster_id: 'cluster' },
      { name: '', cluster_id: 'cluster' },
      { name: 'cluster', cluster_id: '' },
      { name: 'cluster', cluster_id: 'cluster', tls_required: 'perhaps' },
      'no JSON',
    ],
  },
  { of: 'tenant', method: 'GET', path: (id) => `/api/tenants/${id}/deployment-targets`, readable: true },
  { of: 'project', method: 'GET', path: (id) => `/api/projects/${id}/deployment-targets`, readable: true },
  { of: 'target', method: 'GET', path: target, readable: true },
  {
    ...{ of: 'target', method: 'PATCH', path: target, body: { name: 'renamed' } },
    malformed: [{ name: '' }, { name: {} }, { tls_required: 'perhaps' }],
  },
  { of: 'target', method: 'PUT', path: target, body: { name: 'renamed' }, malformed: [{}, { name: '' }] },
  { of: 'target', method: 'DELETE', path: target },
  { of: 'target', method: 'GET', path: (id) => `${target(id)}/config` },
  { of: 'target', method: 'GET', path: (id) => `${target(id)}/credentials` },
  {
    ...{ of: 'target', method: 'POST', path: (id) => `${target(id)}/heartbeat`, body: {} },
    malformed: [{ cluster_id: {} }],
  },
  {
    ...{ of: 'target', method: 'POST', path: (id) => `${target(id)}/operator-heartbeat`, body: {} },
    malformed: [{ cluster_id: {} }],
  },
  {
    ...{ of: 'target', method: 'PATCH', path: (id) => `${target(id)}/agent-metadata`, body: {} },
    malformed: [{ px_version: {} }],
  },
  {
    ...{ of: 'target', method: 'PATCH', path: (id) => `${target(id)}/operator-metadata`, body: {} },
    malformed: [{ px_status: {} }],
  },
  {
    ...{ of: 'target', method: 'POST', path: (id) => `${target(id)}/metadata`, body: {} },
    malformed: [{ kube_platform: 'mainframe' }, { px_csi_enabled: 'maybe' }],
  },
  {
    ...{ of: 'target', method: 'POST', path: (id) => `${target(id)}/update-capabilities`, body: {} },
    malformed: [{ redis: '2' }, { redis: 'v01' }, { redis: {} }],
  },
  {
    ...{
      of: 'target',
      method: 'POST',
      path: (id) => `${target(id)}/deployment/events`,
      body: { events: [] },
    },
    malformed: [
      {},
      { events: [{}] },
      reports('no-uuid', report()),
      ...['count', 'message', 'name', 'reason', 'resource_kind', 'resource_name', 'timestamp', 'type'].map(
        (field) => reports(randomUUID(), without(field)),
      ),
      reports(randomUUID(), report({ timestamp: -1 })),
      reports(randomUUID(), report({ message: 'NUL \0' })),
    ],
  },
  { of: 'target', method: 'GET', path: (id) => `${target(id)}/events/last-synced-time`, readable: true },
  { of: 'target', method: 'GET', path: namespacesOf, readable: true },
  {
    ...{ of: 'target', method: 'POST', path: namespacesOf, body: { name: 'apps' } },
    malformed: [
      {},
      ...['', 'Apps', '-apps', 'apps-', 'a.b', 'a b', 'é', 'a'.repeat(64)].map((name) => ({ name })),
    ],
  },
  { of: 'namespace', method: 'GET', path: (id) => `/api/namespaces/${id}`, readable: true },
  {
    ...{
      of: 'namespace',
      method: 'PUT',
      path: (id) => `/api/namespaces/${id}`,
      body: { status: 'available' },
    },
    malformed: [{ status: 'gone' }, { status: {} }],
  },
  { of: 'namespace', method: 'DELETE', path: (id) => `/api/namespaces/${id}` },
  { of: 'deployment', method: 'GET', path: (id) => `/api/deployments/${id}/events`, readable: true },
  {
    ...{ of: 'deployment', method: 'POST', path: (id) => `/api/deployments/${id}/update-manifest`, body: {} },
    malformed: [{ timestamp: 'yesterday' }, { manifest: 'no object' }, { deleted: 'perhaps' }],
  },
]

export function targetsTests(pds: Pds): void {
  const { owner, tenantId, projectId, accountId } = pds.first
  const all = `/api/tenants/${tenantId}/deployment-targets`
  let reader: Caller
  before(async () => {
    reader = await newUser(pds.croft, { role: 'organization-reader', type: 'organization', id: accountId })
  })

  const join = (more: Body = {}) =>
    owner.ok<Target>(201, 'POST', all, { name: 'cluster', cluster_id: randomUUID(), ...more })
  const get = (id: string) => owner.ok<Target>(200, 'GET', target(id))
  const beat = (id: string) => owner.ok(200, 'POST', `${target(id)}/heartbeat`, {})
  const openNamespace = (id: string, name = 'apps') =>
    owner.ok<Namespace>(200, 'POST', namespacesOf(id), { name })
  const hostOf = async () => {
    const { data } = await owner.ok<Page<Target>>(200, 'GET', all)
    return data.find(({ metadata }) => metadata.hostname !== undefined) ?? assert.fail('there is no host')
  }
  /** A deployment that exists on paper only, on a cluster that reports. */
  async function paper() {
    const made = await join()
    await owner.ok(204, 'POST', `${target(made.id)}/update-capabilities`, {
      postgresql: 'v2',
      database: 'v1',
    })
    await beat(made.id)
    const namespace = await openNamespace(made.id)
    const { id: service } = await dataServiceOf(owner, 'PostgreSQL')
    const images = await owner.ok<Page<{ id: string }>>(
      200,
      'GET',
      `/api/images?data_service_id=${service}&limit=1`,
    )
    const template = async (kind: string, query = '') => {
      const found = await owner.ok<Page<{ id: string }>>(
        200,
        'GET',
        `/api/tenants/${tenantId}/${kind}?${query}`,
      )
      return found.data[0]?.id ?? assert.fail(`there is no ${kind}`)
    }
    const deployment = await owner.ok<{ id: string; cluster_resource_name: string }>(
      201,
      'POST',
      `/api/projects/${projectId}/deployments`,
      {
        ...{ name: `paper-${made.id.slice(-6)}`, deployment_target_id: made.id, namespace_id: namespace.id },
        ...{ image_id: images.data[0]?.id, node_count: 1 },
        application_configuration_template_id: await template(
          'application-configuration-templates',
          `data_service_id=${service}&name=Default`,
        ),
        resource_settings_template_id: await template(
          'resource-settings-templates',
          `data_service_id=${service}&name=Small`,
        ),
        storage_options_template_id: await template('storage-options-templates', 'name=Default'),
      },
      { 'local-only': 'true' },
    )
    return { made, namespace, deployment }
  }

  test('targets: no operation is for nobody, for other tenants, or for ids of nothing', async () => {
    const { made, namespace, deployment } = await paper()
    const ids = {
      ...{ tenant: tenantId, project: projectId, target: made.id, namespace: namespace.id },
      deployment: deployment.id,
    }
    for (const { of, method, path, body, malformed = [], readable } of OPERATIONS) {
      const at = path(ids[of])
      await pds.nobody.refused(401, method, at, body)
      await owner.refused(400, method, path('no-uuid'), body)
      await owner.refused(404, method, path(randomUUID()), body)
      await pds.other.owner.refused(404, method, at, body)
      if (!readable) await reader.refused(403, method, at, body)
      for (const bad of malformed) {
        const { status } = await owner.send(method, at, { body: bad })
        assert.equal(status, 400, `${method} ${at} of ${JSON.stringify(bad)}`)
      }
    }
    for (const query of ['sort_by=status', 'limit=0', 'limit=many', 'continuation=x', 'id=x', 'name=%00']) {
      await owner.refused(400, 'GET', `${all}?${query}`)
      await owner.refused(400, 'GET', `${namespacesOf(made.id)}?${query}`)
      await owner.refused(400, 'GET', `/api/projects/${projectId}/deployment-targets?${query}`)
    }
  })

  test('targets: a cluster joins, lives, tells of itself and leaves', async () => {
    const cluster_id = randomUUID()
    const given = {
      name: 'staging',
      cluster_id,
      tls_required: true,
      tls_issuer: 'issuer',
      teleport_agent_version: '9',
    }
    const made = await owner.ok<Target>(201, 'POST', all, given)
    const { id, created_at, updated_at, capabilities, metadata, ...rest } = made
    assert.deepEqual(rest, {
      ...{ ...given, tenant_id: tenantId, account_id: accountId },
      ...{ status: 'unhealthy', connection_status: 'disconnected' },
    })
    assert.equal(created_at, updated_at)
    assert.deepEqual(metadata, {})
    assert.deepEqual(new Set(Object.values(capabilities)), new Set(['']))
    assert.deepEqual(await owner.ok(201, 'POST', all, { name: 'other', cluster_id }), made)

    const answer = { cluster_id, name: 'staging' }
    assert.deepEqual(await owner.ok(200, 'POST', `${target(id)}/heartbeat`, { cluster_id }), answer)
    assert.deepEqual(await owner.ok(200, 'POST', `${target(id)}/operator-heartbeat`, { cluster_id }), answer)
    for (const path of ['heartbeat', 'operator-heartbeat', 'metadata']) {
      await owner.refused(409, 'POST', `${target(id)}/${path}`, { cluster_id: randomUUID() })
    }
    await owner.refused(409, 'PATCH', `${target(id)}/operator-metadata`, { cluster_id: randomUUID() })
    const alive = await get(id)
    assert.equal(alive.status, 'healthy')
    assert.ok(alive.last_health_check && alive.last_operator_heartbeat)
    assert.equal(alive.updated_at, updated_at)

    await owner.ok(204, 'PATCH', `${target(id)}/agent-metadata`, { px_version: '3.0', kube_platform: 'ocp' })
    await owner.ok(204, 'PATCH', `${target(id)}/operator-metadata`, {
      cluster_id,
      pds_operator_version: '1.2',
    })
    await owner.ok(204, 'POST', `${target(id)}/metadata`, { cluster_id, kube_platform: 'aws' })
    const told = { px_version: '3.0', kube_platform: 'aws', pds_operator_version: '1.2' }
    assert.deepEqual((await get(id)).metadata, told)

    await owner.ok(204, 'POST', `${target(id)}/update-capabilities`, {
      redis: 'v2',
      kafka: 'v4',
      unheard_of: 'v1',
    })
    await owner.ok(204, 'POST', `${target(id)}/update-capabilities`, { redis: 'v1' })
    const able = Object.entries((await get(id)).capabilities).filter(([, version]) => version !== '')
    assert.deepEqual(able, [['redis', 'v1']])

    const changed = await owner.ok<Target>(200, 'PATCH', target(id), { tls_issuer: '', tls_required: false })
    assert.deepEqual([changed.name, changed.tls_required, changed.tls_issuer], ['staging', false, undefined])
    assert.equal((await owner.ok<Target>(201, 'PUT', target(id), { name: 'renamed' })).name, 'renamed')
    const nothing = { teleport_ca_pin: '', teleport_join_token: '', teleport_proxy_addr: '' }
    assert.deepEqual(await owner.ok(200, 'GET', `${target(id)}/config`), {
      ...nothing,
      observability_url: '',
    })
    assert.deepEqual(await owner.ok(200, 'GET', `${target(id)}/credentials`), nothing)
    await owner.refused(409, 'DELETE', target(id))

    const silent = await join()
    const namespace = await openNamespace(silent.id)
    await owner.ok(204, 'DELETE', target(silent.id))
    await owner.refused(404, 'GET', target(silent.id))
    await owner.refused(404, 'GET', `/api/namespaces/${namespace.id}`)
  })

  test('targets: lists are sorted, filtered and paged', async () => {
    const made = [
      await join({ name: 'zebra' }),
      await join({ name: 'aardvark' }),
      await join({ name: 'zebra' }),
    ]
    const [first, second, third] = made.map(({ id }) => id)
    const idsOf = async (path: string) =>
      (await owner.ok<Page<Target>>(200, 'GET', path)).data.map(({ id }) => id)
    const ours = (ids: readonly string[]) => ids.filter((id) => made.some((each) => each.id === id))
    assert.deepEqual(ours(await idsOf(all)), [first, second, third])
    assert.deepEqual(ours(await idsOf(`${all}?sort_by=-created_at`)), [third, second, first])
    assert.equal(ours(await idsOf(`${all}?sort_by=name`))[0], second)
    assert.deepEqual(await idsOf(`${all}?name=zebra`), [first, third])
    assert.deepEqual(await idsOf(`${all}?id=${second}`), [second])
    assert.deepEqual(await idsOf(`${all}?cluster_id=${made[2]?.cluster_id}`), [third])
    assert.deepEqual(await idsOf(`/api/projects/${projectId}/deployment-targets?name=zebra&sort_by=id`), [
      first,
      third,
    ])
    const one = await owner.ok<Page<Target>>(200, 'GET', `${all}?name=zebra&limit=1`)
    const next = `${all}?name=zebra&continuation=${one.pagination?.continuation}`
    const rest = await owner.ok<Page<Target>>(200, 'GET', next)
    assert.deepEqual(
      [...one.data, ...rest.data].map(({ id }) => id),
      [first, third],
    )
    assert.equal(rest.pagination, undefined)
    const { owner: other, tenantId: elsewhere } = pds.other
    const theirs = await other.ok<Page<Target>>(200, 'GET', `/api/tenants/${elsewhere}/deployment-targets`)
    assert.deepEqual(ours(theirs.data.map(({ id }) => id)), [])
    assert.deepEqual((await reader.ok<Page<Target>>(200, 'GET', `${all}?name=zebra`)).data.length, 2)
  })

  test('targets: a host is healthy by itself, can what is installed, and no report overwrites that', async () => {
    const host = await hostOf()
    const { id, capabilities } = host
    assert.equal(host.status, 'healthy')
    for (const name of ['postgresql', 'redis', 'backup']) assert.equal(capabilities[name], 'v2', name)
    assert.equal(capabilities.cassandra, '')
    await owner.ok(200, 'POST', `${target(id)}/heartbeat`, { cluster_id: host.cluster_id })
    await owner.refused(409, 'POST', `${target(id)}/heartbeat`, { cluster_id: randomUUID() })
    await owner.refused(422, 'PATCH', `${target(id)}/agent-metadata`, { px_version: '3.0' })
    await owner.refused(422, 'PATCH', `${target(id)}/operator-metadata`, { px_status: 'ok' })
    await owner.refused(422, 'POST', `${target(id)}/metadata`, {})
    await owner.refused(422, 'POST', `${target(id)}/update-capabilities`, { kafka: 'v1' })
    await owner.refused(422, 'POST', `${target(id)}/deployment/events`, { events: [] })
    await owner.refused(409, 'DELETE', target(id))
    assert.deepEqual(
      await owner.ok(201, 'POST', all, { name: 'taken', cluster_id: host.cluster_id }),
      await get(id),
    )
    const [standard] = (await owner.ok<Page<Namespace>>(200, 'GET', `${namespacesOf(id)}?name=default`)).data
    assert.equal(standard?.status, 'available')
    await owner.refused(409, 'DELETE', `/api/namespaces/${standard?.id}`)
    const { owner: other, tenantId: elsewhere } = pds.other
    const theirs = await other.ok<Page<Target>>(
      200,
      'GET',
      `/api/tenants/${elsewhere}/deployment-targets?cluster_id=${host.cluster_id}`,
    )
    assert.equal(theirs.data.length, 1)
    assert.notEqual(theirs.data[0]?.id, id)
  })

  test('namespaces: made once, made unavailable and back, and deleted when empty', async () => {
    const { id } = await join()
    const made = await openNamespace(id, 'dev')
    const { created_at, updated_at, ...rest } = made
    assert.equal(created_at, updated_at)
    assert.deepEqual(rest, {
      ...{ id: made.id, name: 'dev', status: 'available', deployment_target_id: id },
      ...{ account_id: accountId, tenant_id: tenantId },
    })
    await owner.refused(409, 'POST', namespacesOf(id), { name: 'dev' })
    await openNamespace((await join()).id, 'dev')
    assert.deepEqual(await owner.ok(200, 'GET', `/api/namespaces/${made.id}`), made)
    const put = (status: string) => owner.ok<Namespace>(201, 'PUT', `/api/namespaces/${made.id}`, { status })
    assert.equal((await put('unavailable')).status, 'unavailable')
    await openNamespace(id, 'prod')
    const namesOf = async (query: string) =>
      (await owner.ok<Page<Namespace>>(200, 'GET', `${namespacesOf(id)}?${query}`)).data.map(
        ({ name }) => name,
      )
    assert.deepEqual(await namesOf(''), ['dev', 'prod'])
    assert.deepEqual(await namesOf('sort_by=-name'), ['prod', 'dev'])
    assert.deepEqual(await namesOf('status=unavailable'), ['dev'])
    assert.deepEqual(await namesOf('status=unheard-of'), [])
    assert.deepEqual(await namesOf(`id=${made.id}&name=dev`), ['dev'])
    assert.equal((await put('available')).status, 'available')
    await owner.ok(204, 'DELETE', `/api/namespaces/${made.id}`)
    await owner.refused(404, 'DELETE', `/api/namespaces/${made.id}`)
    await openNamespace(id, 'dev')
  })

  test('targets: an agent tells of deployments: events, manifests, and that one is gone', async () => {
    const { made, namespace, deployment } = await paper()
    const events = `/api/deployments/${deployment.id}/events`
    const upload = (...told: readonly Body[]) =>
      owner.ok(204, 'POST', `${target(made.id)}/deployment/events`, reports(deployment.id, ...told))
    const synced = () => owner.ok<Body>(200, 'GET', `${target(made.id)}/events/last-synced-time`)
    assert.deepEqual(await owner.ok(200, 'GET', events), [])
    assert.deepEqual(await synced(), { timestamp: 0 })
    await upload(report(), report({ name: 'second', timestamp: 1_700_000_100_000, action: 'Scheduling' }))
    await upload(report({ count: 5, timestamp: 1_700_000_200 }), report({ name: 'second', timestamp: 1 }))
    const shown = await owner.ok<Event[]>(200, 'GET', events)
    assert.deepEqual(
      shown.map(({ name, count, timestamp }) => [name, count, timestamp]),
      [
        ['pg-paper-0.1', 5, '2023-11-14T22:16:40.000000Z'],
        ['second', 1, '2023-11-14T22:15:00.000000Z'],
      ],
    )
    assert.deepEqual(await synced(), { timestamp: 1_700_000_200 })
    // One of another target is passed over.
    const elsewhere = await join()
    await owner.ok(
      204,
      'POST',
      `${target(elsewhere.id)}/deployment/events`,
      reports(deployment.id, report({ name: 'third' })),
    )
    assert.equal((await owner.ok<Event[]>(200, 'GET', events)).length, 2)

    const update = (body: Body) =>
      owner.ok(204, 'POST', `/api/deployments/${deployment.id}/update-manifest`, body)
    const manifest = async () =>
      (
        await owner.ok<{ deployment_manifest: { manifest: Body } }>(
          200,
          'GET',
          `/api/deployments/${deployment.id}?expand=deployment_manifest`,
        )
      ).deployment_manifest.manifest
    await update({ timestamp: '2026-01-02T00:00:00Z', manifest: { seen: 2 } })
    await update({ timestamp: '2026-01-01T00:00:00Z', manifest: { seen: 1 } })
    await update({ timestamp: '2026-01-01T00:00:00Z', deleted: true })
    assert.deepEqual(await manifest(), { seen: 2 })
    await owner.refused(409, 'DELETE', `/api/namespaces/${namespace.id}`)
    await update({ deleted: true })
    await owner.refused(404, 'GET', events)
    await owner.refused(404, 'POST', `/api/deployments/${deployment.id}/update-manifest`, {})
    await owner.ok(204, 'DELETE', `/api/namespaces/${namespace.id}`)
  })

  test('targets: the service account of the tenant reports, of its own tenant only', async () => {
    const { data } = await owner.ok<Page<{ id: string; name: string }>>(
      200,
      'GET',
      `/api/tenants/${tenantId}/service-accounts?name=Default-AgentWriter`,
    )
    const { token } = await owner.ok<{ token: string }>(
      200,
      'GET',
      `/api/service-accounts/${data[0]?.id}/token`,
    )
    const agent = callerOf(pds.croft, token)
    const cluster_id = randomUUID()
    const { id } = await agent.ok<Target>(201, 'POST', all, { name: 'reporting', cluster_id })
    await agent.ok(200, 'GET', `${target(id)}/config`)
    await agent.ok(200, 'POST', `${target(id)}/heartbeat`, { cluster_id })
    await agent.ok(204, 'PATCH', `${target(id)}/agent-metadata`, { px_version: '3.0' })
    await agent.ok(204, 'POST', `${target(id)}/update-capabilities`, { redis: 'v2' })
    const { id: namespace } = await agent.ok<Namespace>(200, 'POST', namespacesOf(id), { name: 'seen' })
    await agent.ok(201, 'PUT', `/api/namespaces/${namespace}`, { status: 'unavailable' })
    const elsewhere = `/api/tenants/${pds.other.tenantId}/deployment-targets`
    await agent.refused(404, 'POST', elsewhere, { name: 'intruder', cluster_id })
    const theirs = await pds.other.owner.ok<Target>(201, 'POST', elsewhere, { name: 'theirs', cluster_id })
    assert.notEqual(theirs.id, id)
    await agent.refused(404, 'POST', `${target(theirs.id)}/heartbeat`, { cluster_id })
  })
}
