import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestAccess, createTestUser } from '../../../test/access.ts'
import { codeOf } from '../../../test/oauth.ts'
import { newId } from '../../platform/ids/index.ts'
import { sealedContext } from '../../platform/secrets/index.ts'
import type { Call } from '../access/index.ts'
import { createAccounts, readGlobalConfig } from './index.ts'

const page = { sort: 'created_at', descending: false, limit: 100, after: null }

async function setUp(t: TestContext) {
  const given = await createTestAccess(t)
  const accounts = createAccounts({ db: given.db, sealer: given.sealer })
  const make = async (name: string, more: object = {}) => {
    const account = await accounts.createAccount(given.system, { name, features: {}, ...more })
    const tenants = await accounts.listTenants(given.system, { organizationId: account.id }, page)
    const tenant = tenants.items[0] ?? assert.fail('no tenant')
    const projects = await accounts.listProjects(given.system, { workspaceId: tenant.id }, page)
    return { account, tenant, tenants, projects, project: projects.items[0] ?? assert.fail('no project') }
  }
  let users = 0
  const holding = async (role: string, type: 'platform' | 'organization' | 'workspace', id: string | null) =>
    createTestUser(given, `user-${users++}@example.com`, role, { type, id })
  /** A user with only a role in a project. */
  const holdingProject = async (role: string, id: string): Promise<Call> => {
    const { principal } = await holding('workspace-reader', 'workspace', newId())
    const bindings = [{ role, scope: { type: 'project', id } }] as typeof principal.bindings
    return { principal: { ...principal, bindings }, requestId: 'r' }
  }
  return { ...given, accounts, make, holding, holdingProject }
}

test('an account comes with a tenant, a project, an agent’s service account and templates', async (t) => {
  const { accounts, db, access, sealer, make, holding } = await setUp(t)
  const admin = await holding('platform-admin', 'platform', null)
  const { tenant, tenants, projects, account } = await make('Acme Inc.')
  assert.deepEqual([tenants.items.length, projects.items.length], [1, 1])
  assert.deepEqual([tenant.name, projects.items[0]?.name, account.name], ['Default', 'Default', 'Acme Inc.'])
  assert.deepEqual(account.features, { pds: true, baas: false, pxone: false })
  const token = await db
    .selectFrom('access_tokens')
    .selectAll()
    .where('workspace_id', '=', tenant.id)
    .executeTakeFirstOrThrow()
  assert.deepEqual([token.kind, token.name], ['service', 'Default-AgentWriter'])
  const value = sealer.open(
    token.sealed ?? Buffer.alloc(0),
    sealedContext('access_tokens', 'sealed', token.id),
  )
  const agent = { principal: await access.authenticate(value), requestId: 'r' }
  const who = await accounts.whoAmI(agent)
  assert.deepEqual([who.type, who.id], ['service-account', token.id])
  assert.equal((await accounts.getTenant(agent, tenant.id)).id, tenant.id)
  const templates = await db
    .selectFrom('templates')
    .select('id')
    .where('workspace_id', '=', tenant.id)
    .execute()
  assert.ok(templates.length > 3)
  await access.revokeServiceToken(admin.call, { workspaceId: tenant.id, id: token.id })
  const revoked = await db.selectFrom('access_tokens').select('sealed').where('id', '=', token.id).execute()
  assert.deepEqual(revoked, [{ sealed: null }])
})

test('who makes an account administers it, and a repeat of the same call makes no other', async (t) => {
  const { accounts, access, db, holding } = await setUp(t)
  const admin = await holding('platform-admin', 'platform', null)
  const call = { ...admin.call, resourceId: newId() }
  const first = await accounts.createAccount(call, { name: 'once', features: { baas: true } })
  assert.deepEqual(await accounts.createAccount(call, { name: 'once', features: {} }), first)
  assert.equal(first.features.baas, true)
  const bindings = await db
    .selectFrom('role_bindings')
    .select(['user_id', 'role'])
    .where('scope_id', '=', first.id)
    .execute()
  assert.deepEqual(bindings, [{ user_id: admin.id, role: 'organization-admin' }])
  const principal = await access.authenticateSession(admin.session)
  assert.ok(principal?.bindings.some(({ role }) => role === 'organization-admin'))
})

test('only administrators of the platform make accounts, and names are checked', async (t) => {
  const { accounts, db, system, make, holding } = await setUp(t)
  const { account, tenant } = await make('one')
  const before = await db.selectFrom('organizations').select('id').execute()
  for (const { call } of [
    await holding('organization-admin', 'organization', account.id),
    await holding('workspace-admin', 'workspace', tenant.id),
  ]) {
    assert.equal(await codeOf(accounts.createAccount(call, { name: 'x', features: {} })), 'forbidden')
  }
  for (const wrong of [
    { name: ' ' },
    { name: 'x', subdomain: 'two.labels' },
    { name: 'x', subdomain: '-' },
    { name: 'x', dns: { zone: 'not a zone' } },
  ]) {
    assert.equal(await codeOf(accounts.createAccount(system, { features: {}, ...wrong })), 'invalid-input')
  }
  assert.deepEqual(await db.selectFrom('organizations').select('id').execute(), before)
})

test('who has to do with nothing inside finds nothing; who only works inside is refused', async (t) => {
  const { accounts, make, holding, holdingProject } = await setUp(t)
  const { account, tenant, project } = await make('one')
  const other = await make('other')
  const seen = async (call: Call) => [
    await codeOf(accounts.getAccount(call, account.id)),
    await codeOf(accounts.getTenant(call, tenant.id)),
    await codeOf(accounts.getProject(call, project.id)),
  ]
  const missing = ['organization-not-found', 'workspace-not-found', 'project-not-found']
  const reader = await holding('organization-reader', 'organization', account.id)
  assert.deepEqual(await seen(reader.call), ['done', 'done', 'done'])
  const stranger = await holding('organization-admin', 'organization', other.account.id)
  assert.deepEqual(await seen(stranger.call), missing)
  const ofTenant = await holding('workspace-reader', 'workspace', tenant.id)
  assert.deepEqual(await seen(ofTenant.call), ['forbidden', 'done', 'done'])
  const ofProject = await holdingProject('project-admin', project.id)
  assert.deepEqual(await seen(ofProject), ['forbidden', 'forbidden', 'done'])
  assert.deepEqual(await seen(await holdingProject('project-admin', other.project.id)), missing)
  assert.equal(await codeOf(accounts.updateAccount(reader.call, account.id, { name: 'x' })), 'forbidden')
  assert.equal(await codeOf(accounts.getAccount(reader.call, newId())), 'organization-not-found')

  const tenants = (call: Call) => accounts.listTenants(call, { organizationId: account.id }, page)
  assert.deepEqual(
    (await tenants(ofTenant.call)).items.map(({ id }) => id),
    [tenant.id],
  )
  assert.deepEqual((await tenants(ofProject)).items, [])
  assert.equal(await codeOf(tenants(stranger.call)), 'organization-not-found')
  const projects = (call: Call) => accounts.listProjects(call, { workspaceId: tenant.id }, page)
  assert.deepEqual(
    (await projects(ofProject)).items.map(({ id }) => id),
    [project.id],
  )
  assert.equal(await codeOf(projects(stranger.call)), 'workspace-not-found')
  assert.deepEqual(
    (await accounts.listAccounts(reader.call, {}, page)).items.map(({ id }) => id),
    [account.id],
  )
})

test('users are listed for their account, and found by those who administer it', async (t) => {
  const { accounts, db, make, holding } = await setUp(t)
  const { account, tenant } = await make('one')
  const other = await make('other')
  const admin = await holding('organization-admin', 'organization', account.id)
  const worker = await holding('workspace-reader', 'workspace', tenant.id)
  const stranger = await holding('organization-admin', 'organization', other.account.id)
  await db
    .insertInto('user_identities')
    .values({ issuer: 'https://login.example.com', subject: 'sub-1', user_id: worker.id })
    .execute()
  const list = (call: Call, more: object = {}) =>
    accounts.listUsers(call, { organizationId: account.id, ...more }, page)
  const { items } = await list(admin.call)
  assert.deepEqual(items.map(({ id }) => id).sort(), [admin.id, worker.id].sort())
  assert.deepEqual(
    (await list(admin.call, { id: worker.id })).items.map(({ login }) => login),
    [{ issuer: 'https://login.example.com', subject: 'sub-1' }],
  )
  assert.equal(await codeOf(list(worker.call)), 'forbidden')
  assert.equal(await codeOf(list(stranger.call)), 'organization-not-found')
  assert.equal(
    (await accounts.getUser(admin.call, worker.id)).email,
    (await accounts.getUser(worker.call, worker.id)).email,
  )
  assert.equal(await codeOf(accounts.getUser(stranger.call, worker.id)), 'user-not-found')
  assert.equal(await codeOf(accounts.getUser(worker.call, admin.id)), 'user-not-found')
})

test('details are kept: the EULA, what holds everywhere, MAAS, and DNS with its keys sealed', async (t) => {
  const { accounts, db, system, make, holding } = await setUp(t)
  const { account, tenant } = await make('one', { maasId: 'm-1', dns: { zone: 'one.example.com' } })
  const other = await make('other')
  const { call } = await holding('organization-admin', 'organization', account.id)
  const reader = await holding('workspace-reader', 'workspace', tenant.id)
  assert.deepEqual(await accounts.getTenantDns(call, tenant.id), { zone: 'one.example.com' })
  const aws = { accessKey: 'AKIA-CANARY', secretKey: 'secret-canary', hostedZoneId: 'Z1' }
  await accounts.updateDns(call, account.id, { zone: 'two.example.com', aws })
  assert.deepEqual(await accounts.getTenantDns(call, tenant.id), { zone: 'two.example.com', aws })
  assert.deepEqual(await accounts.getTenantDns(reader.call, tenant.id), {
    zone: 'two.example.com',
    aws: { hostedZoneId: 'Z1' },
  })
  assert.deepEqual(await accounts.getTenantDns(system, other.tenant.id), {})
  const rows = JSON.stringify([
    await db.selectFrom('account_details').select(['dns', 'maas']).execute(),
    await db.selectFrom('events').selectAll().execute(),
  ])
  assert.ok(!rows.includes('CANARY') && !rows.includes('canary'), 'keys are nowhere in the open')
  await accounts.updateDns(call, account.id, {})
  assert.deepEqual(await accounts.getTenantDns(call, tenant.id), {})
  assert.equal(await codeOf(accounts.updateDns(call, account.id, { zone: 'a b' })), 'invalid-input')

  assert.equal(await accounts.getMaas(call, account.id), 'm-1')
  await accounts.updateMaas(call, account.id, undefined)
  assert.equal(await accounts.getMaas(call, account.id), 'm-1')
  await accounts.updateMaas(call, account.id, 'm-2')
  assert.equal(await accounts.getMaas(call, account.id), 'm-2')

  assert.deepEqual(await readGlobalConfig(db, tenant.id), {})
  await accounts.updateGlobalConfig(call, account.id, { versionAvailability: 'all' })
  await accounts.updateGlobalConfig(call, account.id, { tlsPreviewEnabled: 'all' })
  const config = { versionAvailability: 'all', tlsPreviewEnabled: 'all' }
  assert.deepEqual(await readGlobalConfig(db, tenant.id), config)
  await accounts.acceptEula(call, account.id, '2024-01')
  const renamed = await accounts.updateAccount(call, account.id, { name: 'renamed' })
  assert.deepEqual([renamed.acceptedEula, renamed.globalConfig, renamed.name], ['2024-01', config, 'renamed'])
  assert.ok(renamed.updatedAt > account.updatedAt)
  assert.equal(await codeOf(accounts.acceptEula(call, account.id, ' ')), 'invalid-input')
  for (const tried of [
    () => accounts.updateAccount(reader.call, account.id, { name: 'x' }),
    () => accounts.acceptEula(reader.call, account.id, '1'),
    () => accounts.updateGlobalConfig(reader.call, account.id, {}),
    () => accounts.updateDns(reader.call, account.id, {}),
    () => accounts.updateMaas(reader.call, account.id, undefined),
    () => accounts.updateMaas(reader.call, account.id, 'x'),
  ]) {
    assert.equal(await codeOf(tried()), 'forbidden')
  }
})

test('many changes of one account at once all count', async (t) => {
  const { accounts, system, make } = await setUp(t)
  const { account } = await make('one')
  await Promise.all([
    accounts.updateGlobalConfig(system, account.id, { versionAvailability: 'all' }),
    accounts.updateGlobalConfig(system, account.id, { versionUpdatability: 'all' }),
    accounts.updateGlobalConfig(system, account.id, { tlsPreviewEnabled: 'all' }),
    accounts.acceptEula(system, account.id, '1'),
    accounts.updateAccount(system, account.id, { name: 'two' }),
  ])
  const { globalConfig, acceptedEula, name } = await accounts.getAccount(system, account.id)
  assert.deepEqual([Object.keys(globalConfig).length, acceptedEula, name], [3, '1', 'two'])
})

test('lists are sorted, filtered and paged', async (t) => {
  const { accounts, system, make } = await setUp(t)
  for (const name of ['b', 'a', 'c']) await make(`list-${name}`)
  const names = async (query: object) =>
    (await accounts.listAccounts(system, {}, { ...page, ...query })).items
      .map(({ name }) => name)
      .filter((name) => name.startsWith('list-'))
  assert.deepEqual(await names({ sort: 'name' }), ['list-a', 'list-b', 'list-c'])
  assert.deepEqual(await names({ sort: 'name', descending: true }), ['list-c', 'list-b', 'list-a'])
  assert.deepEqual(await names({}), ['list-b', 'list-a', 'list-c'])
  const walked: string[] = []
  for (let after = null as typeof page.after; ; ) {
    const { items, next } = await accounts.listAccounts(system, {}, { ...page, limit: 2, after })
    walked.push(...items.map(({ name }) => name))
    if (next === null) break
    after = next as never
  }
  assert.deepEqual(walked.slice(-3), ['list-b', 'list-a', 'list-c'])
  assert.equal(walked.length, 5)
  const one = await accounts.listAccounts(system, { name: 'list-a' }, page)
  assert.deepEqual(
    one.items.map(({ name }) => name),
    ['list-a'],
  )
  const none = await accounts.listAccounts(system, { name: 'list-a', id: newId() }, page)
  assert.deepEqual(none.items, [])
})

test('an id in capitals is the same id, to rules and to seals as well', async (t) => {
  const { accounts, system, make, holding } = await setUp(t)
  const { account, tenant, project } = await make('one')
  const { call } = await holding('organization-admin', 'organization', account.id)
  const loud = (text: string) => text.toUpperCase()
  const aws = { accessKey: 'a', secretKey: 'b' }
  await accounts.updateDns(system, loud(account.id), { aws })
  assert.deepEqual(await accounts.getTenantDns(call, tenant.id), { aws })
  assert.equal((await accounts.getAccount(call, loud(account.id))).id, account.id)
  const rules = (['organizations', 'workspaces', 'projects'] as const).map((subject) => ({
    ...{ action: ['manage'] as const, subject: [subject] as const, inverted: true },
    conditions: { id: { $in: [account.id, tenant.id, project.id] } },
  }))
  const ruled = { ...call, principal: { ...call.principal, ruleSets: [{ version: newId(), rules }] } }
  for (const id of [account.id, loud(account.id)]) {
    assert.notEqual(await codeOf(accounts.getAccount(ruled, id)), 'done', id)
  }
  for (const id of [tenant.id, loud(tenant.id)]) {
    assert.notEqual(await codeOf(accounts.getTenant(ruled, id)), 'done', id)
  }
  for (const id of [project.id, loud(project.id)]) {
    assert.notEqual(await codeOf(accounts.getProject(ruled, id)), 'done', id)
  }
})
