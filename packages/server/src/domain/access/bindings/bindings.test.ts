import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestAccess, createTestUser } from '../../../../test/access.ts'
import { insertNamespace } from '../../../../test/namespace.ts'
import { codeOf } from '../../../../test/oauth.ts'
import { newId } from '../../../platform/ids/index.ts'
import type { Call, Principal } from '../principal.ts'
import { isAllowed } from '../rules/ability.ts'
import { ROLE_NAMES, type RoleName, roleOf } from '../rules/roles.ts'
import type { Rule } from '../rules/rule.ts'
import type { ScopeRef } from './place.ts'

const EVERYTHING = { limit: 100, after: null }

async function setUp(t: TestContext) {
  const given = await createTestAccess(t)
  const { db, workspaces } = given
  const [acme, other] = workspaces
  const projectId = newId()
  await db.insertInto('projects').values({ id: projectId, workspace_id: acme.id, name: 'p' }).execute()
  const databaseId = newId()
  await db
    .insertInto('databases')
    .values({
      id: databaseId,
      project_id: projectId,
      name: 'd',
      engine: 'postgres',
      version: '18',
      size: 'nano',
      region: 'us-east-1',
      state: 'ready',
      source: { type: 'empty' },
      idle_timeout_seconds: 300,
      connection_limit: 10,
      backup_retention_days: 7,
    })
    .execute()
  const namespaceId = (await insertNamespace(db, acme.id, 'team-a')).id
  const userOf = async (
    email: string,
    role: string,
    type: 'platform' | 'organization' | 'workspace',
    id: string | null,
  ) => createTestUser(given, email, role, { type, id })
  const admin = await userOf('admin@example.com', 'workspace-admin', 'workspace', acme.id)
  const someone = await userOf('someone@example.com', 'workspace-reader', 'workspace', other.id)
  const scopes = {
    platform: { type: 'platform', id: null },
    organization: { type: 'organization', id: acme.organizationId },
    workspace: { type: 'workspace', id: acme.id },
    project: { type: 'project', id: projectId },
    namespace: { type: 'namespace', id: namespaceId },
    database: { type: 'database', id: databaseId },
  } as const satisfies Record<string, ScopeRef>
  const give = (call: Call, role: string, scope: ScopeRef, userId = someone.id) =>
    given.access.createBinding(call, { holder: { type: 'user', id: userId }, role, scope })
  return { ...given, acme, other, admin, someone, scopes, give, userOf }
}

test('a role given counts, is listed where it is held, and ends when it is taken', async (t) => {
  const { access, admin, someone, scopes, give, db } = await setUp(t)
  const binding = await give(admin.call, 'project-reader', scopes.project)
  assert.deepEqual(
    [binding.holder, binding.role, binding.scope],
    [{ type: 'user', id: someone.id, name: 'someone@example.com' }, 'project-reader', scopes.project],
  )
  const may = async () => {
    const principal = await access.authenticateSession(someone.session)
    assert.ok(principal)
    const fields = { id: scopes.project.id, workspaceId: 'any', name: 'p' }
    return isAllowed(principal, 'read', 'projects', fields)
  }
  assert.ok(await may())
  assert.equal(await codeOf(give(admin.call, 'project-reader', scopes.project)), 'role-held')
  const listed = await access.listBindings(admin.call, { scope: scopes.project, page: EVERYTHING })
  assert.deepEqual(listed.items, [binding])
  const holder = { type: 'user', id: someone.id } as const
  const held = await access.listBindings(admin.call, { holder, page: EVERYTHING })
  assert.deepEqual(held.items, [binding], 'not the role in the other workspace')
  await access.deleteBinding(admin.call, binding.id)
  assert.ok(!(await may()))
  assert.equal(await codeOf(access.deleteBinding(admin.call, binding.id)), 'binding-not-found')
  const events = await db
    .selectFrom('events')
    .select('action')
    .where('subject_id', '=', binding.id)
    .orderBy('id')
    .execute()
  assert.deepEqual(
    events.map(({ action }) => action),
    ['binding.created', 'binding.deleted'],
  )
})

test('every role is given at its own level by who may, and at no other', async (t) => {
  const { system, scopes, give } = await setUp(t)
  for (const role of ROLE_NAMES) {
    const { level } = roleOf(role)
    for (const scope of Object.values(scopes)) {
      const expected = level === scope.type ? 'done' : 'invalid-input'
      assert.equal(await codeOf(give(system, role, scope)), expected, `${role} at ${scope.type}`)
    }
    if (level === 'app') {
      assert.equal(await codeOf(give(system, role, { type: level, id: newId() })), 'invalid-input')
    }
  }
  assert.equal(await codeOf(give(system, 'emperor', scopes.workspace)), 'invalid-input')
  assert.equal(
    await codeOf(give(system, 'platform-admin', { type: 'platform', id: newId() })),
    'invalid-input',
  )
  assert.equal(
    await codeOf(give(system, 'workspace-admin', { type: 'workspace', id: null })),
    'invalid-input',
  )
})

test('what is elsewhere or nowhere is not found', async (t) => {
  const { access, admin, someone, scopes, give, db, system, other } = await setUp(t)
  const stranger = someone.call
  for (const [type, role] of [
    ['organization', 'organization-admin'],
    ['workspace', 'workspace-admin'],
    ['project', 'project-admin'],
    ['namespace', 'namespace-admin'],
    ['database', 'database-admin'],
  ] as const) {
    const code = `${type}-not-found`
    assert.equal(await codeOf(give(stranger, role, scopes[type])), code)
    const list = access.listBindings(stranger, { scope: scopes[type], page: EVERYTHING })
    assert.equal(await codeOf(list), code)
    for (const id of [newId(), 'no-id']) assert.equal(await codeOf(give(system, role, { type, id })), code)
  }
  assert.equal(await codeOf(give(stranger, 'platform-admin', scopes.platform)), 'forbidden')
  const theirs = await give(admin.call, 'workspace-reader', scopes.workspace)
  // The stranger is a reader there now, and may see who else is, but nothing more.
  const call = {
    ...someone.call,
    principal: (await access.authenticateSession(someone.session)) as Principal,
  }
  assert.equal(await codeOf(access.deleteBinding(call, theirs.id)), 'forbidden')
  assert.equal(await codeOf(give(call, 'workspace-reader', scopes.workspace, admin.id)), 'forbidden')
  const own = await give(system, 'workspace-editor', { type: 'workspace', id: other.id })
  assert.equal(await codeOf(access.deleteBinding(admin.call, own.id)), 'binding-not-found')
  assert.equal(await codeOf(access.deleteBinding(admin.call, 'no-id')), 'binding-not-found')
  assert.equal(
    await codeOf(give(admin.call, 'workspace-editor', scopes.workspace, newId())),
    'user-not-found',
  )
  assert.equal(await codeOf(give(admin.call, 'workspace-editor', scopes.workspace, 'x')), 'user-not-found')
  await db.updateTable('projects').set({ deleted_at: new Date() }).execute()
  assert.equal(await codeOf(give(admin.call, 'project-reader', scopes.project)), 'project-not-found')
})

test('nobody gives or takes more than it has', async (t) => {
  const { access, admin, scopes, give, userOf, acme, system, someone } = await setUp(t)
  assert.equal(
    await codeOf(give(admin.call, 'organization-admin', scopes.organization)),
    'organization-not-found',
  )
  const reader = await userOf('r@example.com', 'organization-reader', 'organization', acme.organizationId)
  assert.equal(await codeOf(give(reader.call, 'organization-reader', scopes.organization)), 'forbidden')
  const chief = await userOf('chief@example.com', 'organization-admin', 'organization', acme.organizationId)
  for (const role of ['organization-admin', 'organization-reader']) {
    assert.equal(await codeOf(give(chief.call, role, scopes.organization)), 'done')
  }
  assert.equal(await codeOf(give(chief.call, 'workspace-admin', scopes.workspace)), 'done')

  // An API key's rules, as if they were all that somebody has.
  const withRules = (...rules: Rule[]): Call => ({
    requestId: 'r',
    principal: {
      ...someone.principal,
      type: 'api-key',
      bindings: [],
      ruleSets: [{ version: newId(), rules }],
    },
  })
  const inAcme = { workspaceId: acme.id }
  const roles: Rule = { action: ['manage'], subject: ['roles'], conditions: inAcme }
  const see: Rule = { action: ['read'], subject: ['projects', 'databases'], conditions: inAcme }
  const all: Rule = {
    action: ['manage'],
    subject: ['databases', 'credentials', 'backups', 'branches', 'projects'],
    conditions: inAcme,
  }
  const deny = (conditions: object): Rule => ({
    action: ['delete'],
    subject: ['databases'],
    inverted: true,
    conditions: { ...inAcme, ...conditions },
  })
  const tries: readonly [RoleName, 'project' | 'database', readonly Rule[], string][] = [
    ['project-reader', 'project', [roles, see], 'forbidden'],
    ['project-reader', 'project', [roles, all], 'done'],
    ['project-writer', 'project', [all], 'forbidden'],
    ['project-writer', 'project', [roles, all, deny({ name: 'prod' })], 'forbidden'],
    ['project-writer', 'project', [roles, all, deny({ name: { $ne: 'prod' } })], 'forbidden'],
    ['project-writer', 'project', [roles, all, deny({ projectId: newId() })], 'done'],
    ['database-reader', 'database', [roles, { ...all, conditions: { ...inAcme, name: 'd' } }], 'forbidden'],
    [
      'database-reader',
      'database',
      [roles, { ...all, conditions: { ...inAcme, name: { $ne: 'x' } } }],
      'forbidden',
    ],
    [
      'database-reader',
      'database',
      [roles, { ...all, conditions: { workspaceId: { $in: [acme.id] } } }],
      'done',
    ],
    ['database-admin', 'database', [roles, all, deny({ id: newId() })], 'done'],
    ['database-admin', 'database', [roles, all, deny({ id: scopes.database.id })], 'forbidden'],
  ]
  for (const [index, [role, type, rules, expected]] of tries.entries()) {
    const user = await userOf(`u${index}@example.com`, 'workspace-reader', 'workspace', acme.id)
    const call = withRules(...rules)
    assert.equal(await codeOf(give(call, role, scopes[type], user.id)), expected, `try ${index}`)
    if (expected !== 'forbidden' || !rules.includes(roles)) continue
    const held = await give(system, role, scopes[type], user.id)
    assert.equal(await codeOf(access.deleteBinding(call, held.id)), 'forbidden', `taking, try ${index}`)
  }
})

test('the last administrator of the platform stays, whoever takes the role from whom at once', async (t) => {
  const { access, db, userOf, give, scopes } = await setUp(t)
  const one = await userOf('one@example.com', 'platform-admin', 'platform', null)
  const two = await userOf('two@example.com', 'platform-admin', 'platform', null)
  const idOf = async (userId: string) =>
    (
      await db
        .selectFrom('role_bindings')
        .select('id')
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow()
    ).id
  const [first, second] = [await idOf(one.id), await idOf(two.id)]
  const codes = await Promise.all([
    codeOf(access.deleteBinding(one.call, second)),
    codeOf(access.deleteBinding(two.call, first)),
  ])
  assert.deepEqual(codes.toSorted(), ['done', 'last-administrator'])
  const [left, gone] = codes[0] === 'done' ? [one, two] : [two, one]
  assert.equal(await codeOf(access.deleteBinding(left.call, await idOf(left.id))), 'last-administrator')
  // One who cannot log in is no administrator that is left.
  await give(left.call, 'platform-admin', scopes.platform, gone.id)
  await db.updateTable('users').set({ disabled_at: new Date() }).where('id', '=', gone.id).execute()
  assert.equal(await codeOf(access.deleteBinding(left.call, await idOf(left.id))), 'last-administrator')
})

test('lists are read page by page, each only what the caller may see', async (t) => {
  const { access, admin, system, scopes, give, userOf, acme, other } = await setUp(t)
  for (let index = 0; index < 5; index++) {
    const user = await userOf(`p${index}@example.com`, 'workspace-reader', 'workspace', acme.id)
    await give(admin.call, 'database-reader', scopes.database, user.id)
    await give(system, 'organization-reader', scopes.organization, user.id)
  }
  const readAll = async (call: Call, limit: number) => {
    const ids: string[] = []
    let after: string | null = null
    do {
      const page = await access.listBindings(call, { page: { limit, after } })
      ids.push(...page.items.map(({ id }) => id))
      after = page.next
    } while (after !== null)
    return ids
  }
  const seen = await readAll(admin.call, 3)
  assert.deepEqual(seen, await readAll(admin.call, 100))
  assert.equal(seen.length, 11, 'five readers of the workspace, five of the database, and the admin')
  assert.equal((await readAll(system, 4)).length, 17)
  const chief = await userOf('chief@example.com', 'organization-admin', 'organization', acme.organizationId)
  assert.equal((await readAll(chief.call, 4)).length, 17)
  const stranger = await userOf('x@example.com', 'workspace-admin', 'workspace', other.id)
  assert.equal((await readAll(stranger.call, 4)).length, 2)
})

test('a call that is repeated gives the role once', async (t) => {
  const { admin, scopes, give } = await setUp(t)
  const call = { ...admin.call, resourceId: newId() }
  const first = await give(call, 'project-reader', scopes.project)
  assert.deepEqual(await give(call, 'project-reader', scopes.project), first)
})
