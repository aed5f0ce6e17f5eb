import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { dbaasClient } from '../../dbaas/client.ts'
import { prismaId } from '../../harness/prisma-id.ts'
import { waitUntil } from '../../harness/wait-until.ts'
import { own } from '../../matrix/own.ts'
import {
  type ConnectionInfo,
  connectionStringOf,
  type Deployment,
  deploy,
  hostOf,
  imageOf,
  type Page,
  remove,
  SERVICES,
  type Status,
  untilAvailable,
  wishFor,
  write,
} from '../deploy.ts'
import { makeTenant, newUser, type Pds } from '../pds.ts'

const NOBODYS = randomUUID()
const path = (id: string, more = '') => `/api/deployments/${id}${more}`
const ofProject = (id: string, more = '') => `/api/projects/${id}/deployments${more}`

interface Expanded extends Deployment {
  readonly deployment_target?: { readonly id: string; readonly name: string }
  readonly namespace?: { readonly name: string }
  readonly deployment_manifest?: {
    readonly health: string
    readonly status: string
    readonly replicas: number
  }
}

export function deploymentsTests(pds: Pds): void {
  const { first, other, croft } = pds
  const { owner, projectId, tenantId, accountId } = first

  for (const service of SERVICES) {
    test(`${service.name}: ordered, connected to, changed and deleted`, async () => {
      const template = await owner.ok<{ id: string }>(
        201,
        'POST',
        `/api/tenants/${tenantId}/resource-settings-templates`,
        {
          ...{
            name: `larger-${service.short}`,
            data_service_id: (await imageOf(owner, service.name)).data_service_id,
          },
          ...{
            cpu_request: '500m',
            cpu_limit: '2',
            memory_request: '512M',
            memory_limit: '2Gi',
            storage_request: '20Gi',
          },
        },
      )
      const made = await deploy(first, service.name, { name: 'orders' })
      assert.notEqual(made.state, 'failed')
      assert.match(made.cluster_resource_name, new RegExp(`^${service.short}-orders-[0-9a-z]{6}$`))
      assert.deepEqual(
        [made.node_count, made.tls_enabled, made.resources.memory_limit !== undefined],
        [1, false, true],
      )
      const status = await untilAvailable(owner, made.id)
      assert.deepEqual([status.replicas, status.readyReplicas], [1, 1])
      const [pod] = status.resources
      assert.deepEqual(pod?.conditions.map(({ type, status }) => `${type} ${status}`).sort(), [
        ...['ContainersReady True', 'Initialized True', 'PodScheduled True', 'Ready True'],
      ])
      const info = await owner.ok<ConnectionInfo>(200, 'GET', path(made.id, '/connection-info'))
      assert.deepEqual(
        info.pods.map(({ name }) => name),
        [`${made.cluster_resource_name}-0`],
      )
      assert.ok(Number(info.connectionDetails.ports[service.port]) > 0)
      const { password } = await owner.ok<{ password: string }>(200, 'GET', path(made.id, '/credentials'))
      assert.ok(!JSON.stringify(info).includes(password), 'connection-info has no password')
      assert.equal(info.clusterDetails.user, 'pds')
      assert.deepEqual(await write(owner, made.id, service, 'one'), ['one'])

      const changes = { resource_settings_template_id: template.id }
      const changed = await owner.ok<Deployment>(201, 'PUT', path(made.id), changes)
      assert.equal(changed.resources.memory_limit, '2Gi')
      assert.ok(changed.updated_at > made.updated_at)
      assert.deepEqual(changed.configuration, made.configuration)
      await untilAvailable(owner, made.id)
      assert.deepEqual(await write(owner, made.id, service, 'two'), ['one', 'two'])
      const same = await owner.ok<Deployment>(201, 'PUT', path(made.id), {})
      assert.equal(same.updated_at, changed.updated_at)
      const smaller = await wishFor(first, service.name)
      const refusal = await owner.refused(422, 'PUT', path(made.id), {
        resource_settings_template_id: smaller.resource_settings_template_id,
      })
      assert.match(refusal.message, /only grows/)

      await owner.ok(202, 'DELETE', path(made.id, '?force=true'))
      for (const more of ['', '/status', '/connection-info', '/credentials']) {
        await owner.refused(404, 'GET', path(made.id, more))
      }
      await owner.refused(404, 'DELETE', path(made.id))
      await owner.refused(404, 'PUT', path(made.id), {})
    })
  }

  test('settings of a template and what is given in place of them reach the server', async () => {
    const { data_service_id } = await imageOf(owner, 'PostgreSQL')
    const template = await owner.ok<{ id: string }>(
      201,
      'POST',
      `/api/tenants/${tenantId}/application-configuration-templates`,
      {
        ...{ name: 'deploy-time', data_service_id },
        config_items: [
          { key: 'work_mem', value: '3MB', deploy_time: false },
          { key: 'statement_timeout', value: '', deploy_time: true },
        ],
      },
    )
    const configured = { application_configuration_template_id: template.id }
    const wish = await wishFor(first, 'PostgreSQL', configured)
    const missing = await owner.refused(422, 'POST', ofProject(projectId), wish)
    assert.match(missing.message, /statement_timeout/)
    const application_configuration_overrides = { statement_timeout: '12s' }
    const made = await deploy(first, 'PostgreSQL', { ...configured, application_configuration_overrides })
    assert.deepEqual(made.configuration, { work_mem: '3MB', statement_timeout: '12s' })
    await untilAvailable(owner, made.id)
    const { query } = await import('../../harness/query.ts')
    const service = SERVICES[0] ?? assert.fail()
    const show = async (name: string) =>
      Object.values(
        (await query(await connectionStringOf(owner, made.id, service), `show ${name}`))[0] ?? {},
      )[0]
    assert.deepEqual([await show('work_mem'), await show('statement_timeout')], ['3MB', '12s'])
    const changes = { application_configuration_overrides: { work_mem: '5MB' } }
    const changed = await owner.ok<Deployment>(201, 'PUT', path(made.id), changes)
    assert.deepEqual(changed.configuration, { work_mem: '5MB', statement_timeout: '12s' })
    await waitUntil(
      () => show('work_mem'),
      (value) => value === '5MB',
    )
    const wrong = { application_configuration_overrides: { no_such_setting: '1' } }
    const refusal = await owner.refused(422, 'PUT', path(made.id), wrong)
    assert.match(`${refusal.message} ${refusal.details}`, /no_such_setting/)
    await remove(owner, made.id)
  })

  test('one database in every API', async () => {
    const made = await deploy(first, 'PostgreSQL', { name: 'shared' })
    await untilAvailable(owner, made.id)
    const { bootstrap } = croft
    const found = await own<{ id: string; name: string }>(croft, 'GET', `/databases/${made.id}`)
    assert.deepEqual([found.id, found.name], [made.id, 'shared'])
    const prisma = `${bootstrap.url}/v1/databases/${prismaId('db', made.id)}`
    const headers = { authorization: `Bearer ${owner.token}` }
    const seen = await fetch(prisma, { headers })
    assert.equal(seen.status, 200, await seen.clone().text())
    const dbaas = dbaasClient(croft)
    const listed = JSON.stringify(await dbaas.want(200, 'GET', '/api/database/?page_size=100'))
    assert.ok(listed.includes('"shared"'), listed)

    // The other way round.
    const elsewhere = await own<{ id: string }>(croft, 'POST', '/databases', {
      projectId,
      name: 'From elsewhere',
    })
    const { data } = await owner.ok<Page<Deployment>>(
      200,
      'GET',
      ofProject(projectId, '?name=From%20elsewhere'),
    )
    assert.deepEqual(
      data.map(({ id }) => id),
      [elsewhere.id],
    )
    assert.match(data[0]?.cluster_resource_name ?? '', /^pg-from-elsewhere-[0-9a-z]{6}$/)
    await untilAvailable(owner, elsewhere.id)
    const service = SERVICES[0] ?? assert.fail()
    assert.deepEqual(await write(owner, elsewhere.id, service, 'here'), ['here'])
    await own(croft, 'PATCH', `/databases/${elsewhere.id}`, { name: 'renamed' })
    assert.equal((await owner.ok<Deployment>(200, 'GET', path(elsewhere.id))).name, 'renamed')
    await remove(owner, elsewhere.id)
    const gone = await fetch(`${bootstrap.url}/api/croft/v1/databases/${elsewhere.id}`, {
      headers: { authorization: `Bearer ${bootstrap.adminToken}` },
    })
    assert.equal(gone.status, 404)

    const deleted = await fetch(prisma, { method: 'DELETE', headers })
    assert.ok(deleted.ok, await deleted.text())
    await owner.refused(404, 'GET', path(made.id))
  })

  test('what cannot be ordered is refused, and says why', async () => {
    const host = await hostOf(other)
    const right = await wishFor(first, 'PostgreSQL')
    const theirs = await wishFor(other, 'PostgreSQL')
    const mysql = await wishFor(first, 'MySQL')
    const kafka = await imageOf(owner, 'Kafka')
    const malformed: readonly Record<string, unknown>[] = [
      { name: '' },
      { name: 'Upper' },
      { name: 'a'.repeat(51) },
      { name: undefined },
      { name: 7 },
      { deployment_target_id: 'here' },
      { deployment_target_id: undefined },
      { namespace_id: undefined },
      { image_id: undefined },
      { node_count: '1' },
      { service_type: 'Balanced' },
      { application_configuration_overrides: { work_mem: 4 } },
      { tls_enabled: 'yes' },
    ]
    for (const changes of malformed) {
      await owner.refused(400, 'POST', ofProject(projectId), { ...right, ...changes })
    }
    await owner.refused(400, 'POST', ofProject(projectId), 'no JSON')
    const unfit: readonly (readonly [Record<string, unknown>, RegExp])[] = [
      [{ deployment_target_id: NOBODYS }, /target/],
      [{ deployment_target_id: host.targetId, namespace_id: host.namespaceId }, /target|namespace/],
      [{ namespace_id: NOBODYS }, /namespace/],
      [{ namespace_id: host.namespaceId }, /namespace/],
      [{ image_id: NOBODYS }, /image/],
      [{ image_id: kafka.id }, /coming soon/],
      [{ node_count: 2 }, /nodes/],
      [{ node_count: 0 }, /node/],
      [{ resource_settings_template_id: NOBODYS }, /template/],
      [{ resource_settings_template_id: theirs.resource_settings_template_id }, /template/],
      [{ resource_settings_template_id: mysql.resource_settings_template_id }, /another data service/],
      [
        { application_configuration_template_id: mysql.application_configuration_template_id },
        /another data service/,
      ],
      [{ storage_options_template_id: theirs.storage_options_template_id }, /template/],
      [{ application_configuration_overrides: { nonsense: '1' } }, /nonsense/],
      [{ application_configuration_overrides: { work_mem: 'plenty' } }, /work_mem/],
      [{ scheduled_backup: { backup_policy_id: NOBODYS } }, /both/],
      [{ scheduled_backup: { backup_policy_id: NOBODYS, backup_target_id: NOBODYS } }, /./],
      [{ dns_zone: 'not a zone' }, /DNS/],
      [{ load_balancer_source_ranges: ['10.0.0.0'] }, /range/],
    ]
    for (const [changes, why] of unfit) {
      const wish = { ...right, ...changes }
      const { message, details = '' } = await owner.refused(422, 'POST', ofProject(projectId), wish)
      assert.match(`${message} ${details}`, why, JSON.stringify(changes))
      if (changes.namespace_id === undefined) await owner.refused(422, 'POST', '/api/deployments', wish)
    }
  })

  test('changes that do not fit are refused', async () => {
    const made = await deploy(first, 'PostgreSQL')
    await untilAvailable(owner, made.id)
    const redis = await imageOf(owner, 'Redis')
    const theirs = await wishFor(other, 'PostgreSQL')
    for (const body of [{ image_id: 'x' }, { node_count: 'x' }, { tls_enabled: 1 }, 'no JSON']) {
      await owner.refused(400, 'PUT', path(made.id), body)
    }
    for (const body of [
      { image_id: NOBODYS },
      { image_id: redis.id },
      { node_count: 3 },
      { scheduled_backup: { backup_target_id: NOBODYS } },
      { resource_settings_template_id: theirs.resource_settings_template_id },
    ]) {
      await owner.refused(422, 'PUT', path(made.id), body)
    }
    for (const scheduled_backup of [null, {}, { backup_policy_id: null, backup_target_id: null }]) {
      await owner.ok(201, 'PUT', path(made.id), { scheduled_backup })
    }
    await owner.ok(201, 'PUT', path(made.id), { image_id: made.image_id, node_count: 1 })
    await remove(owner, made.id)
  })

  test('a target’s policy of TLS is obeyed', async () => {
    const { targetId } = await hostOf(first)
    const target = `/api/deployment-targets/${targetId}`
    await owner.ok(200, 'PATCH', target, { tls_required: true })
    try {
      const wish = await wishFor(first, 'PostgreSQL')
      const { message } = await owner.refused(422, 'POST', ofProject(projectId), wish)
      assert.equal(message, 'policy requires enabling TLS for this deployment')
      const made = await deploy(first, 'PostgreSQL', { tls_enabled: true })
      assert.equal(made.tls_enabled, true)
      const off = await owner.refused(422, 'PUT', path(made.id), { tls_enabled: false })
      assert.equal(off.message, 'policy requires enabling TLS for this deployment')
      await remove(owner, made.id)
    } finally {
      await owner.ok(200, 'PATCH', target, { tls_required: false })
    }
  })

  test('on paper only: for administrators of the account, and on targets that only report', async () => {
    const localOnly = { 'local-only': 'true' }
    const { id: targetId } = await owner.ok<{ id: string }>(
      201,
      'POST',
      `/api/tenants/${tenantId}/deployment-targets`,
      {
        ...{ name: 'foreign', cluster_id: randomUUID() },
      },
    )
    const namespace = await owner.ok<{ id: string }>(
      200,
      'POST',
      `/api/deployment-targets/${targetId}/namespaces`,
      {
        name: 'apps',
      },
    )
    const kafka = await imageOf(owner, 'Kafka')
    const wish = {
      ...{
        name: 'paper',
        deployment_target_id: targetId,
        namespace_id: namespace.id,
        image_id: kafka.id,
        node_count: 3,
      },
    }
    await owner.refused(422, 'POST', ofProject(projectId), wish)
    await owner.refused(400, 'POST', ofProject(projectId), wish, { 'local-only': 'perhaps' })
    const editor = await newUser(croft, { role: 'workspace-editor', type: 'workspace', id: tenantId })
    await editor.refused(403, 'POST', ofProject(projectId), wish, localOnly)
    const made = await owner.ok<Deployment>(201, 'POST', ofProject(projectId), wish, localOnly)
    assert.deepEqual([made.state, made.node_count], ['pending', 3])
    assert.match(made.cluster_resource_name, /^kf-paper-[0-9a-z]{6}$/)
    await owner.refused(409, 'GET', path(made.id, '/connection-info'))
    await owner.refused(409, 'GET', path(made.id, '/credentials'))
    assert.equal((await owner.ok<Status>(200, 'GET', path(made.id, '/status'))).replicas, 3)
    const manifest = { status: { health: 'Degraded', replicas: 3, readyReplicas: 2, initialized: 'Yes' } }
    await owner.ok(200, 'POST', `/api/deployment-targets/${targetId}/heartbeat`, {})
    const report = { timestamp: new Date().toISOString(), manifest }
    await owner.ok(204, 'POST', path(made.id, '/update-manifest'), report)
    const status = await owner.ok<Status>(200, 'GET', path(made.id, '/status'))
    assert.deepEqual([status.health, status.readyReplicas], ['Partially Available', 2])
    const expanded = await owner.ok<Expanded>(200, 'GET', path(made.id, '?expand=deployment_manifest'))
    assert.equal(expanded.deployment_manifest?.health, 'Partially Available')
    const grown = await owner.ok<Deployment>(201, 'PUT', path(made.id), { node_count: 5 }, localOnly)
    assert.equal(grown.node_count, 5)
    await editor.refused(403, 'PUT', path(made.id), { node_count: 6 }, localOnly)
    await remove(owner, made.id)
  })

  test('lists: filtered, sorted, in pages, with what is asked for beside', async () => {
    const tenant = await makeTenant(croft, pds.admin, 'lists')
    const { owner, projectId } = tenant
    const names = ['b-two', 'a-one', 'c-three']
    const made: Deployment[] = []
    for (const name of names) made.push(await deploy(tenant, 'PostgreSQL', { name }))
    const list = (query: string) => owner.ok<Page<Expanded>>(200, 'GET', ofProject(projectId, query))
    const namesOf = async (query: string) => (await list(query)).data.map(({ name }) => name)
    assert.deepEqual(await namesOf(''), names)
    assert.deepEqual(await namesOf('?sort_by=name'), ['a-one', 'b-two', 'c-three'])
    assert.deepEqual(await namesOf('?sort_by=-created_at'), names.toReversed())
    assert.deepEqual(await namesOf('?sort_by=-name&limit=1'), ['c-three'])
    const page = await list('?sort_by=name&limit=2')
    const continuation = encodeURIComponent(page.pagination?.continuation ?? '')
    assert.deepEqual(await namesOf(`?sort_by=name&continuation=${continuation}`), ['c-three'])
    const [one] = made
    assert.ok(one)
    for (const filter of ['id', 'name', 'cluster_resource_name'] as const) {
      assert.deepEqual(await namesOf(`?${filter}=${one[filter]}`), ['b-two'], filter)
    }
    for (const filter of ['data_service_id', 'deployment_target_id', 'image_id', 'namespace_id'] as const) {
      assert.equal((await namesOf(`?${filter}=${one[filter]}`)).length, 3, filter)
      assert.equal((await namesOf(`?${filter}=${NOBODYS}`)).length, 0, filter)
    }
    assert.deepEqual(await namesOf('?state=failed'), [])
    const { data } = await list('?expand=deployment_target%2Cnamespace&name=a-one')
    assert.equal(data[0]?.deployment_target?.id, one.deployment_target_id)
    assert.equal(data[0]?.namespace?.name, 'default')
    assert.equal((await list('')).data[0]?.namespace, undefined)
    const all = 'deployment_target,namespace,deployment_manifest'
    await untilAvailable(owner, one.id)
    const whole = await owner.ok<Expanded>(200, 'GET', path(one.id, `?expand=${all}`))
    assert.deepEqual(
      [whole.deployment_manifest?.health, whole.deployment_manifest?.status],
      ['Available', 'Available'],
    )
    for (const query of [
      '?sort_by=state',
      '?limit=0',
      '?limit=x',
      '?expand=pods',
      '?state=gone',
      '?id=x',
      '?continuation=x',
    ]) {
      await owner.refused(400, 'GET', ofProject(projectId, query))
    }
    await owner.refused(400, 'GET', path(one.id, '?expand=backups'))
    for (const { id } of made) await remove(owner, id)
  })

  test('strangers find nothing, and who may only read changes nothing', async () => {
    const wish = await wishFor(first, 'PostgreSQL')
    const made = await deploy(first, 'PostgreSQL')
    const reader = await newUser(croft, { role: 'workspace-reader', type: 'workspace', id: tenantId })
    const operations: readonly (readonly [string, string, unknown?])[] = [
      ['GET', ofProject(projectId)],
      ['POST', ofProject(projectId), wish],
      ['GET', path(made.id)],
      ['PUT', path(made.id), {}],
      ['DELETE', path(made.id)],
      ['GET', path(made.id, '/connection-info')],
      ['GET', path(made.id, '/credentials')],
      ['GET', path(made.id, '/status')],
    ]
    for (const [method, at, body] of operations) {
      await pds.nobody.refused(401, method, at, body)
      const anonymous = await owner.send(method, at, { token: null, ...(body === undefined ? {} : { body }) })
      assert.equal(anonymous.status, 401)
      const [status] = [await other.owner.send(method, at, body === undefined ? {} : { body })].map(
        (answer) => answer.status,
      )
      // Whose template and namespace a wish names is looked at after the project.
      assert.equal(status, 404, `${method} ${at}`)
      for (const [id, expected] of [
        [NOBODYS, 404],
        ['none', 400],
      ] as const) {
        const elsewhere = at.replace(at.startsWith('/api/projects') ? projectId : made.id, id)
        await owner.refused(expected, method, elsewhere, body)
      }
      const read = await reader.send(method, at, body === undefined ? {} : { body })
      const mayRead = method === 'GET' && !at.endsWith('credentials')
      assert.equal(read.status, mayRead ? 200 : 403, `${method} ${at}`)
    }
    await pds.nobody.refused(401, 'POST', '/api/deployments', wish)
    await reader.refused(403, 'POST', '/api/deployments', wish)
    await other.owner.refused(422, 'POST', '/api/deployments', wish)
    await remove(owner, made.id)
  })

  test('a role in a namespace is for that namespace', async () => {
    const { targetId, namespaceId } = await hostOf(first)
    const team = await owner.ok<{ id: string }>(
      200,
      'POST',
      `/api/deployment-targets/${targetId}/namespaces`,
      { name: 'team' },
    )
    const inNamespace = (role: string, id: string) => newUser(croft, { role, type: 'namespace', id })
    const [administrator, reader] = [
      await inNamespace('namespace-admin', team.id),
      await inNamespace('namespace-reader', team.id),
    ]
    const wish = await wishFor(first, 'PostgreSQL', { namespace_id: team.id })
    const made = await administrator.ok<Deployment>(201, 'POST', '/api/deployments', wish)
    assert.equal(made.namespace_id, team.id)
    await administrator.refused(422, 'POST', '/api/deployments', { ...wish, namespace_id: namespaceId })
    await reader.refused(403, 'POST', '/api/deployments', wish)
    await untilAvailable(reader, made.id)
    await reader.refused(403, 'GET', path(made.id, '/credentials'))
    await reader.refused(403, 'PUT', path(made.id), {})
    await reader.refused(403, 'DELETE', path(made.id))
    const service = SERVICES[0] ?? assert.fail()
    assert.deepEqual(await write(administrator, made.id, service, 'mine'), ['mine'])
    await administrator.ok(201, 'PUT', path(made.id), {
      application_configuration_overrides: { work_mem: '3MB' },
    })
    const elsewhere = await deploy(first, 'PostgreSQL')
    await administrator.refused(404, 'GET', path(elsewhere.id))
    await administrator.refused(404, 'DELETE', path(elsewhere.id))
    await remove(administrator, made.id)
    await remove(owner, elsewhere.id)
  })

  test('an account’s reader makes and deletes deployments', async () => {
    const reader = await newUser(croft, { role: 'organization-reader', type: 'organization', id: accountId })
    const made = await reader.ok<Deployment>(
      201,
      'POST',
      ofProject(projectId),
      await wishFor(first, 'PostgreSQL'),
    )
    await remove(reader, made.id)
  })

  test('a request that is repeated under its key makes one deployment', async () => {
    const wish = await wishFor(first, 'PostgreSQL')
    const key = { 'idempotency-key': randomUUID() }
    const made = await owner.ok<Deployment>(201, 'POST', ofProject(projectId), wish, key)
    const again = await owner.ok<Deployment>(201, 'POST', ofProject(projectId), wish, key)
    assert.equal(again.id, made.id)
    await remove(owner, made.id)
  })
}
