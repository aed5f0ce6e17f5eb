import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestAccess, createTestUser } from '../../../test/access.ts'
import { insertNamespace } from '../../../test/namespace.ts'
import { codeOf } from '../../../test/oauth.ts'
import { newId } from '../../platform/ids/index.ts'
import type { Call } from '../access/index.ts'
import { createAccounts, ENTITY_TYPES, OPERATIONS } from './index.ts'

async function setUp(t: TestContext) {
  const given = await createTestAccess(t)
  const { db, system, sealer } = given
  const accounts = createAccounts({ db, sealer })
  const { id: accountId } = await accounts.createAccount(system, { name: 'one', features: {} })
  const one = async (table: 'workspaces' | 'projects' | 'access_tokens' | 'templates', at: object) =>
    (
      await db
        .selectFrom(table as 'workspaces')
        .select('id')
        .where((eb) => eb.and(at))
        .executeTakeFirstOrThrow()
    ).id
  const tenantId = await one('workspaces', { organization_id: accountId })
  const projectId = await one('projects', { workspace_id: tenantId })
  const serviceAccountId = await one('access_tokens', { workspace_id: tenantId })
  const templateId = await one('templates', { workspace_id: tenantId })
  const role = async (name: string, type: 'organization' | 'workspace' | 'namespace', id: string) =>
    (await createTestUser(given, `${name}@example.com`, name, { type, id })).call
  const ask = (call: Call, operation: string, entityType: string, entityId?: string) =>
    accounts.askAuthorizer(call, { operation, entityType, entityId })
  return { ...given, accountId, tenantId, projectId, serviceAccountId, templateId, role, ask }
}

test('the answer is what the roles say', async (t) => {
  const { accountId, tenantId, projectId, serviceAccountId, templateId, system, workspaces, role, ask } =
    await setUp(t)
  const admin = await role('organization-admin', 'organization', accountId)
  const reader = await role('organization-reader', 'organization', accountId)
  const tenantReader = await role('workspace-reader', 'workspace', tenantId)
  const stranger = await role('workspace-admin', 'workspace', workspaces[1].id)
  const template = 'resource_settings_template'
  for (const [operation, type, id, answers] of [
    ['create', 'account', undefined, [true, false, false, false, false]],
    ['list', 'account', undefined, [true, false, false, false, false]],
    ['read', 'account', accountId, [true, true, true, false, false]],
    ['update', 'account', accountId, [true, true, false, false, false]],
    ['create', 'tenant', accountId, [true, true, false, false, false]],
    ['list', 'tenant', accountId, [true, true, true, false, false]],
    ['read', 'tenant', tenantId, [true, true, true, true, false]],
    ['list', 'project', tenantId, [true, true, true, true, false]],
    ['delete', 'project', projectId, [true, true, false, false, false]],
    ['create', 'deployment', projectId, [true, true, true, false, false]],
    ['list', 'deployment', projectId, [true, true, true, true, false]],
    ['create', 'backup_credentials', tenantId, [true, true, false, false, false]],
    ['list', 'deployment_target', tenantId, [true, true, true, true, false]],
    ['read', template, templateId, [true, true, true, true, false]],
    ['delete', template, templateId, [true, true, false, false, false]],
    ['list', 'service_account', tenantId, [true, true, false, true, false]],
    ['delete', 'service_account', serviceAccountId, [true, true, false, false, false]],
  ] as const) {
    const callers = [system, admin, reader, tenantReader, stranger]
    const given = await Promise.all(callers.map((call) => ask(call, operation, type, id)))
    assert.deepEqual(given, answers, `${operation} ${type}`)
  }
})

test('every word of the vocabulary is understood, of what is not there the answer is no, and other words are refused', async (t) => {
  const { system, accountId, ask } = await setUp(t)
  for (const type of ENTITY_TYPES.keys()) {
    for (const operation of OPERATIONS) {
      const isAboutAll = type === 'account' && (operation === 'create' || operation === 'list')
      assert.equal(await ask(system, operation, type, newId()), isAboutAll, `${operation} ${type}`)
    }
  }
  assert.equal(await codeOf(ask(system, 'read', 'planet', accountId)), 'not-applicable')
  assert.equal(await codeOf(ask(system, 'fly', 'account', accountId)), 'not-applicable')
  assert.equal(await codeOf(ask(system, 'read', 'account', 'x')), 'invalid-input')
  assert.equal(await codeOf(ask(system, 'read', 'account')), 'invalid-input')
})

test('of a namespace the answer is what the roles say of its deployment target', async (t) => {
  const { db, tenantId, role, ask } = await setUp(t)
  const mine = await insertNamespace(db, tenantId, 'mine')
  const other = await insertNamespace(db, tenantId, 'other')
  const call = await role('namespace-reader', 'namespace', mine.id)
  const answers = async ({ id, deploymentTargetId }: typeof mine) => [
    await ask(call, 'read', 'deployment_target', deploymentTargetId),
    await ask(call, 'read', 'namespace', id),
    await ask(call, 'list', 'namespace', deploymentTargetId),
    await ask(call, 'create', 'namespace', deploymentTargetId),
    await ask(call, 'delete', 'namespace', id),
  ]
  assert.deepEqual(await answers(mine), [true, true, true, false, false])
  assert.deepEqual(await answers(other), [false, false, false, false, false])
  assert.equal(await ask(call, 'read', 'namespace', mine.id.toUpperCase()), true)
})
