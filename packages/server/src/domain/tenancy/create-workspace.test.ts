import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestAccess, createTestUser } from '../../../test/access.ts'
import { codeOf } from '../../../test/oauth.ts'
import { newId } from '../../platform/ids/index.ts'
import type { Call } from '../access/index.ts'
import { createTenancy } from './index.ts'

async function setUp(t: TestContext) {
  const given = await createTestAccess(t)
  const [acme, other] = given.workspaces
  const tenancy = createTenancy({ db: given.db })
  const scope = { type: 'organization', id: other.organizationId } as const
  const admin = await createTestUser(given, 'admin@example.com', 'organization-admin', scope)
  const nobody = await createTestUser(given, 'nobody@example.com', 'database-reader', {
    type: 'workspace',
    id: acme.id,
  })
  /** A program with one role in the other organization. */
  const programOf = async (role: string): Promise<Call> => {
    const { organizationId } = other
    const made = await given.access.createIdentity(admin.call, {
      kind: 'identity',
      organizationId,
      name: role,
    })
    const holder = { type: 'identity', id: made.id } as const
    await given.access.createBinding(admin.call, { holder, role, scope })
    const { token } = await given.access.exchangeSecret({
      kind: 'identity',
      clientId: made.clientId,
      secret: made.secret,
      address: '192.0.2.1',
      requestId: 'r',
    })
    return { principal: await given.access.authenticate(token), requestId: 'r' }
  }
  return { ...given, tenancy, acme, other, admin, nobody, programOf }
}

test('every person may make a workspace and administers it, in an organization only who administers that', async (t) => {
  const { tenancy, access, acme, other, admin, nobody } = await setUp(t)
  const made = await tenancy.createWorkspace(nobody.call, { name: 'mine' })
  assert.equal(made.organizationId, acme.organizationId, 'the oldest is the platform’s own')
  const principal = await access.authenticateSession(nobody.session)
  assert.ok(principal)
  assert.equal((await tenancy.getWorkspace({ principal, requestId: 'r' }, made.id)).name, 'mine')
  const { organizationId } = other
  assert.equal((await tenancy.createWorkspace(admin.call, { organizationId })).organizationId, organizationId)
  const missing = tenancy.createWorkspace(nobody.call, { organizationId })
  assert.equal(await codeOf(missing), 'organization-not-found')
  const elsewhere = tenancy.createWorkspace(admin.call, { organizationId: acme.organizationId })
  assert.equal(await codeOf(elsewhere), 'organization-not-found')
  const call = { ...nobody.call, resourceId: newId() }
  const first = await tenancy.createWorkspace(call, { name: 'once' })
  assert.deepEqual(await tenancy.createWorkspace(call, { name: 'once' }), first)
})

test('a program may where it administers the organization, and nowhere else', async (t) => {
  const { tenancy, access, acme, other, programOf, system } = await setUp(t)
  const { organizationId } = other
  const chief = await programOf('organization-admin')
  const reader = await programOf('organization-reader')
  const made = await tenancy.createWorkspace(chief, { organizationId, name: 'made' })
  assert.equal(made.organizationId, organizationId)
  assert.equal(await codeOf(tenancy.createWorkspace(chief, {})), 'forbidden', 'not in the platform’s own')
  assert.equal(await codeOf(tenancy.createWorkspace(reader, { organizationId })), 'forbidden')
  const { value } = await access.createServiceToken(system, { workspaceId: acme.id, name: 'x' })
  const token = { principal: await access.authenticate(value), requestId: 'r' }
  assert.equal(await codeOf(tenancy.createWorkspace(token, {})), 'forbidden')
})

test('organizations are made by administrators of the platform', async (t) => {
  const { tenancy, admin, system, other } = await setUp(t)
  assert.equal(await codeOf(tenancy.createOrganization(admin.call, { name: 'x' })), 'forbidden')
  const call = { ...system, resourceId: newId() }
  const made = await tenancy.createOrganization(call, { name: 'x' })
  assert.deepEqual(await tenancy.createOrganization(call, { name: 'x' }), made)
  const page = { limit: 10, after: null }
  assert.equal((await tenancy.listOrganizations(system, page)).items.length, 3)
  const { items } = await tenancy.listOrganizations(admin.call, page)
  assert.deepEqual(
    items.map(({ id }) => id),
    [other.organizationId],
  )
  assert.equal(await codeOf(tenancy.getOrganization(admin.call, made.id)), 'organization-not-found')
})
