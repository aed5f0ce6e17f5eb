import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestUser } from '../../../test/access.ts'
import { deployInto, insertNamespace } from '../../../test/namespace.ts'
import { codeOf } from '../../../test/oauth.ts'
import { createPlatform, createTestPostgres } from '../../../test/platform.ts'
import { newId } from '../../platform/ids/index.ts'
import { type Call, isAllowed } from '../access/index.ts'
import { findProject } from './find-project.ts'
import { findSourceDatabase } from './find-source-database.ts'

const page = { limit: 100, after: null }

/** Two namespaces of one target with a database each, a database in none, and a namespace of another tenant. */
async function setUp(t: TestContext) {
  const platform = await createPlatform(t)
  await platform.agent()
  const { db, domain, workspaces, system } = platform
  const [{ id: workspaceId }, other] = workspaces
  const mine = await insertNamespace(db, workspaceId, 'mine')
  const theirs = await insertNamespace(db, workspaceId, 'theirs', mine.deploymentTargetId)
  const foreign = await insertNamespace(db, other.id, 'foreign')
  const inMine = await createTestPostgres(platform, 'one')
  const inTheirs = await createTestPostgres(platform, 'two')
  const inNone = await createTestPostgres(platform, 'three')
  await deployInto(db, inMine.id, { workspaceId, projectId: inMine.projectId, namespaceId: mine.id })
  await deployInto(db, inTheirs.id, { workspaceId, projectId: inTheirs.projectId, namespaceId: theirs.id })
  await db.updateTable('databases').set({ state: 'ready', ready_at: new Date(), is_default: false }).execute()
  const callOf = async (role: string, namespaceId: string): Promise<Call> => {
    const email = `${newId()}@example.com`
    const made = await createTestUser(platform, email, role, { type: 'workspace', id: workspaceId })
    const { db: own } = platform
    await own.deleteFrom('role_bindings').where('user_id', '=', made.id).execute()
    const scope = { type: 'namespace', id: namespaceId } as const
    await domain.access.createBinding(system, { holder: { type: 'user', id: made.id }, role, scope })
    const principal = await domain.access.authenticateSession(made.session)
    assert.ok(principal)
    return { principal, requestId: 'r' }
  }
  return { platform, domain, workspaceId, mine, theirs, foreign, inMine, inTheirs, inNone, callOf }
}

test('a role at a namespace reaches the databases in it, their logins and backups, and no others', async (t) => {
  const { platform, domain, workspaceId, mine, inMine, inTheirs, inNone, callOf } = await setUp(t)
  const { databases, backups } = domain
  const admin = await callOf('namespace-admin', mine.id)
  const reader = await callOf('namespace-reader', mine.id)
  for (const call of [admin, reader]) {
    assert.deepEqual(
      (await databases.listDatabases(call, { page })).items.map(({ id }) => id),
      [inMine.id],
    )
    const logins = (await databases.listCredentials(call, { page })).items
    assert.deepEqual([...new Set(logins.map(({ database }) => database.id))], [inMine.id])
    assert.equal((await databases.getDatabase(call, inMine.id)).namespaceId, mine.id)
    for (const { id } of [inTheirs, inNone]) {
      assert.equal(await codeOf(databases.getDatabase(call, id)), 'database-not-found')
      assert.equal(await codeOf(databases.deleteDatabase(call, id)), 'database-not-found')
      assert.equal(await codeOf(backups.startBackup(call, id)), 'database-not-found')
    }
    assert.equal(await codeOf(domain.tenancy.getWorkspace(call, workspaceId)), 'workspace-not-found')
    assert.equal(await codeOf(domain.tenancy.getProject(call, inMine.projectId)), 'project-not-found')
  }
  const rename = (call: Call) => databases.updateDatabase(call, inMine.id, { name: 'renamed' })
  const add = (call: Call) => databases.createCredential(call, { databaseId: inMine.id, name: 'more' })
  for (const change of [rename, add, (call: Call) => backups.startBackup(call, inMine.id)]) {
    assert.equal(await codeOf(change(reader)), 'forbidden')
  }
  assert.equal(await codeOf(databases.deleteDatabase(reader, inMine.id)), 'forbidden')
  assert.equal(await codeOf(rename(admin)), 'done')
  const backup = await backups.startBackup(admin, inMine.id)
  assert.equal((await backups.getBackup(reader, backup.id)).id, backup.id)
  assert.equal(
    await codeOf(
      backups.getBackup(await callOf('namespace-admin', (await setOther(platform)).id), backup.id),
    ),
    'backup-not-found',
  )
  // Nobody waits for the host that is not there.
  domain.signals.endWaits()
  assert.equal(await codeOf(databases.deleteDatabase(admin, inMine.id)), 'done')
})

async function setOther({ db, workspaces }: Awaited<ReturnType<typeof createPlatform>>) {
  return insertNamespace(db, workspaces[0].id, 'another')
}

test('who may make databases in a namespace needs no right to a project, and gets none to another namespace', async (t) => {
  const { platform, domain, mine, theirs, foreign, inMine, callOf } = await setUp(t)
  const { projectId } = inMine
  const admin = await callOf('namespace-admin', mine.id)
  const find = (call: Call, namespaceId: string | undefined, project = projectId) =>
    codeOf(findProject(platform.db, call, { projectId: project, namespaceId }))
  assert.equal(await find(admin, mine.id), 'done')
  for (const namespaceId of [undefined, theirs.id, foreign.id, newId()]) {
    assert.equal(await find(admin, namespaceId), 'project-not-found')
  }
  const elsewhere = await domain.projects.createProject(platform.system, {
    workspaceId: platform.workspaces[1].id,
    database: false,
  })
  assert.equal(await find(admin, mine.id, elsewhere.project.id), 'project-not-found')
  assert.equal(await find(platform.system, mine.id, elsewhere.project.id), 'not-applicable')
  assert.equal(await find(await callOf('namespace-reader', mine.id), mine.id), 'project-not-found')
  // A copy is of what its maker may read.
  const read = (call: Call) => codeOf(findSourceDatabase(platform.db, call, inMine.id))
  assert.equal(await read(admin), 'done')
  assert.equal(await read(await callOf('namespace-admin', theirs.id)), 'database-not-found')
})

test('the target of a namespace is known to who holds a role there; a namespace that is gone gives nothing', async (t) => {
  const { platform, mine, foreign, workspaceId, callOf, inMine, domain } = await setUp(t)
  const admin = await callOf('namespace-admin', mine.id)
  const sees = ({ principal }: Call, id: string) =>
    isAllowed(principal, 'read', 'deployment-targets', { id, workspaceId, name: 'any' })
  assert.ok(sees(admin, mine.deploymentTargetId))
  assert.ok(!sees(admin, foreign.deploymentTargetId))
  assert.ok(
    !isAllowed(admin.principal, 'update', 'deployment-targets', {
      id: mine.deploymentTargetId,
      workspaceId,
      name: 'any',
    }),
  )
  // A project that went to another tenant takes its databases with it.
  await platform.db
    .updateTable('projects')
    .set({ workspace_id: platform.workspaces[1].id })
    .where('id', '=', inMine.projectId)
    .execute()
  assert.equal(await codeOf(domain.databases.getDatabase(admin, inMine.id)), 'database-not-found')
  await platform.db
    .updateTable('projects')
    .set({ workspace_id: workspaceId })
    .where('id', '=', inMine.projectId)
    .execute()
  assert.equal(await codeOf(domain.databases.getDatabase(admin, inMine.id)), 'done')
  await platform.db
    .updateTable('namespaces')
    .set({ deleted_at: new Date() })
    .where('id', '=', mine.id)
    .execute()
  const later = await callOf('namespace-admin', foreign.id)
  assert.ok(sees(later, foreign.deploymentTargetId))
  await assert.rejects(callOf('namespace-admin', mine.id), { code: 'namespace-not-found' })
})
