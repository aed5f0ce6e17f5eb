import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { makeProgram } from '../../matrix/people.ts'
import { type Caller, callerOf, newUser, type Pds } from '../pds.ts'
import { dataServiceOf } from './catalogue.ts'

interface Account {
  readonly id: string
  readonly name: string
  readonly created_at: string
  readonly updated_at: string
  readonly eula: { readonly accepted: boolean; readonly accepted_version?: string }
  readonly global_config: Readonly<Record<string, string>>
  readonly pds_features_enabled: boolean
  readonly baas_features_enabled: boolean
}
interface Named {
  readonly id: string
  readonly name: string
  readonly created_at: string
}
interface Page<Item> {
  readonly data: readonly Item[]
  readonly pagination?: { readonly continuation: string }
}
interface Dns {
  readonly dns_zone?: string
  readonly aws_details?: Readonly<Record<string, string>>
}
type Actor = Readonly<
  Partial<Record<'user' | 'service_account' | 'service_identity', Readonly<Record<string, string>>>>
>

const MICROSECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
const account = (id: string) => `/api/accounts/${id}`
const idsOf = (page: Page<{ readonly id: string }>) => page.data.map(({ id }) => id)

/** Walks a list by pages of this size. */
async function walk<Item>(by: Caller, path: string, limit: number): Promise<Item[]> {
  const items: Item[] = []
  let continuation = ''
  do {
    const separator = path.includes('?') ? '&' : '?'
    const next = continuation === '' ? '' : `&continuation=${encodeURIComponent(continuation)}`
    const page = await by.ok<Page<Item>>(200, 'GET', `${path}${separator}limit=${limit}${next}`)
    assert.ok(page.data.length <= limit)
    items.push(...page.data)
    continuation = page.pagination?.continuation ?? ''
  } while (continuation !== '')
  return items
}

export function accountsTests(pds: Pds): void {
  const { admin, first, other, nobody } = pds
  const { owner, accountId, tenantId, projectId } = first

  test('an account is made with a tenant, a project and a service account, by administrators only', async () => {
    const name = `account ${randomUUID()}`
    const body = {
      ...{ name, subdomain: 'acme', baas_features_enabled: true, whatever: 1 },
      ...{ dns_details: { dns_zone: 'acme.example.com' }, maas_details: { maas_id: 'm-1' } },
    }
    const made = await admin.ok<Account>(200, 'POST', '/api/accounts', body)
    assert.deepEqual([made.name, made.baas_features_enabled, made.pds_features_enabled], [name, true, true])
    assert.deepEqual(made.eula, { accepted: false })
    assert.match(made.created_at, MICROSECONDS)
    assert.deepEqual(await admin.ok(200, 'GET', account(made.id)), made)
    const tenants = await admin.ok<Page<Named>>(200, 'GET', `${account(made.id)}/tenants`)
    assert.deepEqual(
      tenants.data.map((each) => each.name),
      ['Default'],
    )
    const [tenant] = tenants.data
    const projects = await admin.ok<Page<Named>>(200, 'GET', `/api/tenants/${tenant?.id}/projects`)
    assert.deepEqual(
      projects.data.map((each) => each.name),
      ['Default'],
    )
    const dns = await admin.ok<Dns>(200, 'GET', `/api/tenants/${tenant?.id}/dns-details`)
    assert.deepEqual(dns, { dns_zone: 'acme.example.com' })
    assert.deepEqual(await admin.ok(200, 'GET', `${account(made.id)}/maas-details`), { maas_id: 'm-1' })
    const bindings = `${account(made.id)}/users`
    assert.equal((await admin.ok<Page<Named>>(200, 'GET', bindings)).data.length, 1, 'its maker')

    await owner.refused(403, 'POST', '/api/accounts', { name })
    for (const wrong of [
      undefined,
      {},
      { name: '' },
      { name: ' ' },
      { name: 7 },
      { name: 'x'.repeat(300) },
      { name: 'x', subdomain: 'a.b' },
      { name: 'x', dns_details: { dns_zone: 'no zone' } },
      { name: 'x', pds_features_enabled: 'perhaps' },
      '{',
    ]) {
      await admin.refused(400, 'POST', '/api/accounts', wrong)
    }
  })

  test('the same Idempotency-Key makes one account', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const body = { name: 'once' }
    const made = await admin.ok<Account>(200, 'POST', '/api/accounts', body, headers)
    assert.deepEqual(await admin.ok(200, 'POST', '/api/accounts', body, headers), made)
    await admin.refused(422, 'POST', '/api/accounts', { name: 'twice' }, headers)
  })

  test('accounts are listed, sorted, filtered and paged', async () => {
    const prefix = randomUUID()
    for (const name of ['b', 'c', 'a'])
      await admin.ok(200, 'POST', '/api/accounts', { name: `${prefix}-${name}` })
    const names = async (query: string, limit = 2) =>
      (await walk<Named>(admin, `/api/accounts${query}`, limit))
        .filter(({ name }) => name.startsWith(prefix))
        .map(({ name }) => name.slice(-1))
    assert.deepEqual(await names('?sort_by=name'), ['a', 'b', 'c'])
    assert.deepEqual(await names('?sort_by=-name'), ['c', 'b', 'a'])
    assert.deepEqual(await names('?sort_by=created_at'), ['b', 'c', 'a'])
    assert.deepEqual(await names('?sort_by=-created_at', 1000), ['a', 'c', 'b'])
    assert.deepEqual(await names(''), ['b', 'c', 'a'])
    const all = await admin.ok<Page<Named>>(200, 'GET', '/api/accounts?sort_by=id')
    assert.equal(all.pagination, undefined)
    assert.deepEqual(idsOf(all), idsOf(all).toSorted())
    const created = (await admin.ok<Page<Named>>(200, 'GET', '/api/accounts?sort_by=created_at')).data
    assert.deepEqual(
      created.map(({ created_at }) => created_at),
      created.map(({ created_at }) => created_at).toSorted(),
    )
    const byName = await admin.ok<Page<Named>>(200, 'GET', `/api/accounts?name=${prefix}-a`)
    assert.equal(byName.data.length, 1)
    assert.deepEqual(
      idsOf(await admin.ok(200, 'GET', `/api/accounts?id=${byName.data[0]?.id}`)),
      idsOf(byName),
    )
    assert.deepEqual(idsOf(await admin.ok(200, 'GET', `/api/accounts?id=${accountId}&name=x`)), [])
    assert.deepEqual(idsOf(await owner.ok(200, 'GET', '/api/accounts')), [accountId])
    for (const wrong of ['sort_by=email', 'limit=0', 'limit=x', 'limit=-1', 'continuation=x', 'id=x'])
      await admin.refused(400, 'GET', `/api/accounts?${wrong}`)
    const { pagination } = await admin.ok<Page<Named>>(200, 'GET', '/api/accounts?limit=1&sort_by=name')
    const token = encodeURIComponent(pagination?.continuation ?? '')
    await admin.refused(400, 'GET', `/api/accounts?sort_by=id&continuation=${token}`)
    const rest = await admin.ok<Page<Named>>(200, 'GET', `/api/accounts?sort_by=name&continuation=${token}`)
    assert.equal(rest.data.length, all.data.length - 1)
  })

  test('an account is renamed, agrees to the EULA, and is configured', async () => {
    const before = await owner.ok<Account>(200, 'GET', account(accountId))
    const renamed = await owner.ok<Account>(200, 'PATCH', account(accountId), { name: 'renamed' })
    assert.deepEqual([renamed.name, renamed.id], ['renamed', accountId])
    assert.ok(renamed.updated_at > before.updated_at)
    await owner.ok(200, 'PATCH', account(accountId), { name: before.name })
    await owner.refused(400, 'PATCH', account(accountId), { name: '' })

    await owner.ok(204, 'PUT', `${account(accountId)}/eula`, { version: '2023-11-02' })
    await owner.refused(400, 'PUT', `${account(accountId)}/eula`, { version: '' })
    await owner.refused(400, 'PUT', `${account(accountId)}/eula`, {})

    const config = `${account(accountId)}/global-config`
    await owner.ok(204, 'PUT', config, { version_availability: 'all' })
    await owner.ok(204, 'PUT', config, { version_availability: '', tls_preview_enabled: 'all' })
    for (const wrong of ['none', 'ALL', 7])
      await owner.refused(400, 'PUT', config, { version_availability: wrong })
    const after = await owner.ok<Account>(200, 'GET', account(accountId))
    assert.deepEqual(after.eula, { accepted: true, accepted_version: '2023-11-02' })
    assert.deepEqual(after.global_config, {
      tls_preview_enabled: 'all',
      version_availability: 'all',
      version_updatability: '',
    })
  })

  test('DNS and MAAS details are kept; keys are for who administers the tenant', async () => {
    const dns = {
      dns_zone: 'db.example.com',
      aws_details: { access_key: 'AK', secret_key: 'SK', hosted_zone_id: 'Z' },
    }
    await owner.ok(204, 'PUT', `${account(accountId)}/dns-details`, dns)
    const shown = `/api/tenants/${tenantId}/dns-details`
    assert.deepEqual(await owner.ok(200, 'GET', shown), dns)
    const reader = await newUser(pds.croft, { role: 'workspace-reader', type: 'workspace', id: tenantId })
    assert.deepEqual(await reader.ok(200, 'GET', shown), {
      dns_zone: 'db.example.com',
      aws_details: { hosted_zone_id: 'Z' },
    })
    await owner.refused(400, 'PUT', `${account(accountId)}/dns-details`, { dns_zone: 'a..b' })
    await owner.refused(400, 'PUT', `${account(accountId)}/dns-details`, { aws_details: 'x' })

    const maas = `${account(accountId)}/maas-details`
    assert.deepEqual(await owner.ok(200, 'GET', maas), {})
    await owner.ok(204, 'PUT', maas)
    await owner.ok(204, 'PUT', maas, { maas_id: 'm-7' })
    await owner.ok(204, 'PUT', maas)
    assert.deepEqual(await owner.ok(200, 'GET', maas), { maas_id: 'm-7' })
    await owner.refused(400, 'PUT', maas, { maas_id: 7 })
    // PostgreSQL has no text with this character.
    await owner.refused(400, 'PUT', maas, { maas_id: 'a\u0000b' })
    const aws_details = { secret_key: 'a\u0000b', hosted_zone_id: 'a\u0000b' }
    await owner.refused(400, 'PUT', `${account(accountId)}/dns-details`, { aws_details })
    await owner.refused(400, 'PUT', `${account(accountId)}/eula`, { version: 'a\u0000b' })
    await owner.refused(400, 'GET', '/api/accounts?name=%00')
    await owner.refused(400, 'POST', '/api/copilot/search', { query: 'list tables \u0000' })
    for (const [order, value] of [
      ['created_at', 'never'],
      ['name', 'a\u0000'],
    ]) {
      const made = Buffer.from(JSON.stringify([order, value, randomUUID()])).toString('base64url')
      await owner.refused(400, 'GET', `/api/accounts?sort_by=${order}&continuation=${made}`)
    }
  })

  test('tenants, projects and users are found and listed', async () => {
    const tenant = await owner.ok<Named & { account_id: string }>(200, 'GET', `/api/tenants/${tenantId}`)
    assert.deepEqual([tenant.id, tenant.account_id, tenant.name], [tenantId, accountId, 'Default'])
    const project = await owner.ok<Named & { tenant_id: string }>(200, 'GET', `/api/projects/${projectId}`)
    assert.deepEqual([project.id, project.tenant_id, project.name], [projectId, tenantId, 'Default'])
    const user = await newUser(pds.croft, { role: 'project-admin', type: 'project', id: projectId })
    const users = `${account(accountId)}/users`
    const listed = await owner.ok<Page<Named & { email: string; issuer: string; external_id: string }>>(
      200,
      'GET',
      `${users}?email=${encodeURIComponent(user.email)}`,
    )
    assert.deepEqual(idsOf(listed), [user.userId])
    const [one] = listed.data
    assert.deepEqual([one?.issuer, one?.external_id], [`${pds.croft.bootstrap.url}/auth`, user.userId])
    assert.deepEqual(await owner.ok(200, 'GET', `/api/users/${user.userId}`), one)
    assert.deepEqual(await user.ok(200, 'GET', `/api/users/${user.userId}`), one)
    const walked = await walk<Named & { email: string }>(owner, `${users}?sort_by=-email`, 1)
    assert.deepEqual(
      walked.map(({ email }) => email),
      walked
        .map(({ email }) => email)
        .toSorted()
        .reverse(),
    )
    assert.ok(walked.length >= 2)
    for (const path of [users, `${account(accountId)}/tenants`, `/api/tenants/${tenantId}/projects`]) {
      await owner.refused(400, 'GET', `${path}?sort_by=nothing`)
      await owner.refused(400, 'GET', `${path}?id=x`)
      assert.deepEqual(idsOf(await owner.ok(200, 'GET', `${path}?id=${randomUUID()}`)), [])
    }
    assert.deepEqual(idsOf(await owner.ok(200, 'GET', `${account(accountId)}/tenants?name=Default`)), [
      tenantId,
    ])
    assert.deepEqual(idsOf(await owner.ok(200, 'GET', `/api/tenants/${tenantId}/projects?name=x`)), [])
    await owner.refused(404, 'GET', `/api/teams/${randomUUID()}`)
  })

  test('who only works inside an account is refused above, and strangers find nothing', async () => {
    const worker = await newUser(pds.croft, { role: 'project-admin', type: 'project', id: projectId })
    await worker.refused(403, 'GET', account(accountId))
    await worker.refused(403, 'GET', `/api/tenants/${tenantId}`)
    await worker.ok(200, 'GET', `/api/projects/${projectId}`)
    await worker.refused(403, 'GET', `${account(accountId)}/users`)
    await worker.refused(403, 'GET', `/api/tenants/${tenantId}/dns-details`)
    assert.deepEqual(idsOf(await worker.ok(200, 'GET', `/api/tenants/${tenantId}/projects`)), [projectId])
    assert.deepEqual(idsOf(await worker.ok(200, 'GET', `${account(accountId)}/tenants`)), [])
    assert.deepEqual(idsOf(await worker.ok(200, 'GET', '/api/accounts')), [])
    await worker.refused(404, 'GET', `/api/users/${(await newUser(pds.croft)).userId}`)

    const reader = await newUser(pds.croft, {
      role: 'organization-reader',
      type: 'organization',
      id: accountId,
    })
    const writes = [
      ['PATCH', account(accountId), { name: 'x' }],
      ['PUT', `${account(accountId)}/eula`, { version: '1' }],
      ['PUT', `${account(accountId)}/global-config`, {}],
      ['PUT', `${account(accountId)}/dns-details`, {}],
      ['PUT', `${account(accountId)}/maas-details`, { maas_id: 'x' }],
    ] as const
    const reads = [
      account(accountId),
      `${account(accountId)}/maas-details`,
      `${account(accountId)}/tenants`,
      `${account(accountId)}/users`,
      `/api/tenants/${tenantId}`,
      `/api/tenants/${tenantId}/dns-details`,
      `/api/tenants/${tenantId}/projects`,
      `/api/projects/${projectId}`,
    ]
    for (const path of reads) await reader.ok(200, 'GET', path)
    for (const [method, path, body] of writes) {
      await reader.refused(403, method, path, body)
      await worker.refused(403, method, path, body)
      await other.owner.refused(404, method, path, body)
      for (const [id, status] of [
        [randomUUID(), 404],
        ['no-uuid', 400],
      ] as const) {
        await owner.refused(status, method, path.replace(accountId, id), body)
      }
    }
    for (const path of [...reads, `/api/users/${worker.userId}`]) {
      await other.owner.refused(404, 'GET', path)
      const id = path.split('/')[3] ?? ''
      await owner.refused(404, 'GET', path.replace(id, randomUUID()))
      await owner.refused(400, 'GET', path.replace(id, 'no-uuid'))
    }
    await owner.refused(400, 'GET', '/api/teams/no-uuid')
  })

  test('nobody is told anything', async () => {
    const strangers = [nobody, callerOf(pds.croft, 'x'.repeat(5000))]
    for (const [method, path, body] of [
      ['GET', '/api/accounts'],
      ['POST', '/api/accounts', { name: 'x' }],
      ['GET', account(accountId)],
      ['PATCH', account(accountId), { name: 'x' }],
      ['PUT', `${account(accountId)}/eula`, { version: '1' }],
      ['PUT', `${account(accountId)}/global-config`, {}],
      ['PUT', `${account(accountId)}/dns-details`, {}],
      ['GET', `${account(accountId)}/maas-details`],
      ['PUT', `${account(accountId)}/maas-details`],
      ['GET', `${account(accountId)}/tenants`],
      ['GET', `${account(accountId)}/users`],
      ['GET', `/api/tenants/${tenantId}`],
      ['GET', `/api/tenants/${tenantId}/dns-details`],
      ['GET', `/api/tenants/${tenantId}/projects`],
      ['GET', `/api/projects/${projectId}`],
      ['GET', `/api/users/${randomUUID()}`],
      ['GET', `/api/teams/${randomUUID()}`],
      ['GET', '/api/metadata'],
      ['GET', '/api/version'],
      ['GET', '/api/whoami'],
      ['POST', '/api/authorizer', { operation: 'read', entity_type: 'account', entity_id: accountId }],
      ['POST', '/api/copilot/search', { query: 'list tables' }],
    ] as const) {
      for (const stranger of strangers) await stranger.refused(401, method, path, body)
      const sent = { token: null, ...(body === undefined ? {} : { body }) }
      assert.equal((await nobody.send(method, path, sent)).status, 401, path)
    }
  })

  test('whoami tells of users, service accounts and service identities', async () => {
    const user = await newUser(pds.croft)
    const me = await user.ok<Actor>(200, 'GET', '/api/whoami')
    assert.deepEqual([Object.keys(me), me.user?.id, me.user?.email], [['user'], user.userId, user.email])
    const { serviceToken, workspaceId } = pds.croft.bootstrap
    const account = await callerOf(pds.croft, serviceToken).ok<Actor>(200, 'GET', '/api/whoami')
    assert.deepEqual(Object.keys(account), ['service_account'])
    assert.equal(account.service_account?.tenant_id, workspaceId)
    const program = await makeProgram(pds.croft, accountId, randomUUID())
    const identity = await callerOf(pds.croft, program.token).ok<Actor>(200, 'GET', '/api/whoami')
    assert.deepEqual(Object.keys(identity), ['service_identity'])
    const { id, account_id } = identity.service_identity ?? {}
    assert.deepEqual([id, account_id], [program.id, accountId])
  })

  test('the authorizer answers as the operations do', async () => {
    const reader = await newUser(pds.croft, {
      role: 'organization-reader',
      type: 'organization',
      id: accountId,
    })
    const ask = async (by: Caller, operation: string, entity_type: string, entity_id?: string) =>
      (await by.ok<{ allow: boolean }>(200, 'POST', '/api/authorizer', { operation, entity_type, entity_id }))
        .allow
    for (const [operation, type, id, byOwner, byReader] of [
      ['read', 'account', accountId, true, true],
      ['update', 'account', accountId, true, false],
      ['create', 'account', undefined, false, false],
      ['list', 'tenant', accountId, true, true],
      ['create', 'project', tenantId, true, false],
      ['create', 'deployment', projectId, true, true],
      ['create', 'backup_target', tenantId, true, false],
      ['read', 'deployment', randomUUID(), false, false],
    ] as const) {
      assert.equal(await ask(owner, operation, type, id), byOwner, `${operation} ${type}`)
      assert.equal(await ask(reader, operation, type, id), byReader, `${operation} ${type}`)
      assert.equal(await ask(other.owner, operation, type, id), false, `${operation} ${type}`)
    }
    for (const [status, body] of [
      [422, { operation: 'read', entity_type: 'planet', entity_id: accountId }],
      [422, { operation: 'fly', entity_type: 'account', entity_id: accountId }],
      [400, { operation: 'read', entity_type: 'account', entity_id: 'x' }],
      [400, { operation: 'read', entity_type: 'account' }],
      [400, {}],
    ] as const) {
      await owner.refused(status, 'POST', '/api/authorizer', body)
    }
  })

  test('metadata and version say what is served', async () => {
    const metadata = await owner.ok<Record<string, unknown>>(200, 'GET', '/api/metadata')
    assert.match(String(metadata.helm_chart_version), /^\d+\.\d+\.\d+$/)
    const version = await owner.ok<Record<string, unknown>>(200, 'GET', '/api/version')
    assert.deepEqual(version, { ...metadata, api_version: '121' })
  })

  test('the copilot answers questions about a data service, and nothing else', async () => {
    const { id } = await dataServiceOf(owner, 'PostgreSQL')
    const path = '/api/copilot/search'
    const query = 'how to list all records of table employee.'
    const answer = await owner.ok<Record<string, string>>(200, 'POST', path, { data_service_id: id, query })
    assert.deepEqual([answer.data_service_id, answer.query], [id, query])
    assert.match(answer.response ?? '', /select \* from employee/)
    assert.match(answer.response_time ?? '', /^\d+(\.\d+)?ms$/)
    for (const nonsense of ['ABCDEFGHJ', '', '   '])
      await owner.refused(422, 'POST', path, { data_service_id: id, query: nonsense })
    await owner.refused(422, 'POST', path, { data_service_id: randomUUID(), query })
    await owner.refused(400, 'POST', path, { data_service_id: 'x', query })
    await owner.refused(400, 'POST', path, { data_service_id: id })
    await owner.refused(400, 'POST', path, { data_service_id: id, query: 'x'.repeat(3000) })
  })
}
