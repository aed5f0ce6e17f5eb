import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestUser } from '../../../test/access.ts'
import { createPlatform, createTestPostgres, type Platform } from '../../../test/platform.ts'
import { obedient, until } from '../../../test/scripted-agent.ts'
import type { Call } from '../access/index.ts'
import { scheduleBackups } from '../backups/index.ts'

const ANY = { quarantined: 'any' } as const
const page = { limit: 100, after: null }

/** A database that serves, in a project of the first workspace, and three people there. */
async function prepare(t: TestContext, settings: Record<string, string> = {}) {
  const platform = await createPlatform(t, settings)
  const agent = await platform.agent({ behave: obedient })
  const { id, projectId, credential } = await createTestPostgres(platform)
  await platform.db.updateTable('databases').set({ state: 'ready', ready_at: new Date() }).execute()
  const { id: workspaceId, organizationId } = platform.workspaces[0]
  const user = async (name: string, role: string, type: 'workspace' | 'organization', at: string) =>
    (await createTestUser(platform, `${name}@example.com`, role, { type, id: at })).call
  return {
    platform,
    agent,
    databases: platform.domain.databases,
    id,
    projectId,
    workspaceId,
    credential,
    admin: await user('ada', 'workspace-admin', 'workspace', workspaceId),
    editor: await user('eve', 'workspace-editor', 'workspace', workspaceId),
    reader: await user('rob', 'organization-reader', 'organization', organizationId),
  }
}
type Prepared = Awaited<ReturnType<typeof prepare>>

const rowOf = ({ db }: Platform, id: string) =>
  db.selectFrom('databases').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

const actionsOf = async ({ db }: Platform, id: string) =>
  (await db.selectFrom('events').select('action').where('subject_id', '=', id).orderBy('id').execute()).map(
    ({ action }) => action,
  )

const missing = { code: 'database-not-found' }
const noLogin = { code: 'credential-not-found' }

async function idsOf({ databases }: Prepared, call: Call, quarantined?: 'hidden' | 'only' | 'any') {
  return (await databases.listDatabases(call, { quarantined, page })).items.map(({ id }) => id)
}

test('a database in quarantine is there only for who manages that, and only where it is asked for', async (t) => {
  const given = await prepare(t)
  const { platform, databases, id, credential, admin, editor, reader } = given
  const quarantined = await databases.quarantineDatabase(editor, id)
  assert.ok(quarantined.quarantinedAt)
  for (const call of [admin, editor, reader, platform.system]) {
    await assert.rejects(databases.getDatabase(call, id), missing)
    await assert.rejects(databases.getCredential(call, credential.id), noLogin)
    await assert.rejects(databases.updateDatabase(call, id, { name: 'x' }), missing)
    await assert.rejects(databases.rotateCredential(call, credential.id), noLogin)
    await assert.rejects(databases.showCredential(call, credential.id), noLogin)
    await assert.rejects(databases.deleteDatabase(call, id), missing)
    await assert.rejects(databases.createCredential(call, { databaseId: id, name: 'x' }), missing)
    await assert.rejects(databases.listCredentials(call, { databaseId: id, page }), missing)
    assert.deepEqual((await databases.listCredentials(call, { page })).items, [])
    assert.deepEqual(await idsOf(given, call), [])
  }
  for (const call of [editor, reader]) {
    await assert.rejects(databases.getDatabase(call, id, 'read', ANY), missing)
    await assert.rejects(databases.getCredential(call, credential.id, 'read', ANY), noLogin)
    await assert.rejects(databases.rotateCredential(call, credential.id, ANY), noLogin)
    await assert.rejects(databases.showCredential(call, credential.id, ANY), noLogin)
    await assert.rejects(databases.deleteDatabase(call, id, ANY), missing)
    await assert.rejects(databases.releaseDatabase(call, id), missing)
    assert.deepEqual(await idsOf(given, call, 'any'), [])
    assert.deepEqual(await idsOf(given, call, 'only'), [])
    assert.deepEqual((await databases.listCredentials(call, { ...ANY, page })).items, [])
  }
  assert.equal((await databases.getDatabase(admin, id, 'read', ANY)).id, id)
  assert.deepEqual(await idsOf(given, admin, 'any'), [id])
  assert.deepEqual(await idsOf(given, admin, 'only'), [id])
  assert.equal((await databases.listCredentials(admin, { ...ANY, page })).items.length, 1)
})

test('its passwords are others, the server gets them, and no event tells them', async (t) => {
  const { platform, agent, databases, id, credential, admin } = await prepare(t)
  const second = await databases.createCredential(admin, { databaseId: id, name: 'second' })
  const verifiers = () =>
    [...agent.wanted.values()].flatMap(({ roles }) => roles.map(({ verifier }) => verifier))
  const before = verifiers()
  await databases.quarantineDatabase(admin, id)
  const after = verifiers()
  assert.equal(after.length, 2)
  assert.ok(after.every((verifier) => !before.includes(verifier)))
  for (const old of [credential, second]) {
    const { password } = await databases.showCredential(admin, old.id, ANY)
    assert.notEqual(password, old.password)
    const events = JSON.stringify(await platform.db.selectFrom('events').selectAll().execute())
    assert.ok(!events.includes(password))
  }
})

test('putting it there twice changes nothing, and only who may delete it can', async (t) => {
  const { platform, databases, id, credential, admin, editor } = await prepare(t)
  const outsider = await createTestUser(platform, 'out@example.com', 'workspace-reader', {
    type: 'workspace',
    id: platform.workspaces[0].id,
  })
  await assert.rejects(databases.quarantineDatabase(outsider.call, id), { code: 'forbidden' })
  await databases.quarantineDatabase(admin, id)
  const { password } = await databases.showCredential(admin, credential.id, ANY)
  const since = (await rowOf(platform, id)).quarantined_at
  await databases.quarantineDatabase(admin, id)
  await assert.rejects(databases.quarantineDatabase(editor, id), missing)
  assert.equal((await databases.showCredential(admin, credential.id, ANY)).password, password)
  assert.deepEqual((await rowOf(platform, id)).quarantined_at, since)
  assert.equal(
    (await actionsOf(platform, id)).filter((action) => action === 'database.quarantined').length,
    1,
  )
})

test('one that is being restored stays, one that has failed goes', async (t) => {
  const { platform, databases, id, admin } = await prepare(t)
  const put = (state: 'recovering' | 'failed') =>
    platform.db.updateTable('databases').set({ state }).execute()
  await put('recovering')
  await assert.rejects(databases.quarantineDatabase(admin, id), { code: 'database-not-ready' })
  await put('failed')
  assert.ok((await databases.quarantineDatabase(admin, id)).quarantinedAt)
})

test('released, it is what it was but for its passwords and for being the default', async (t) => {
  const given = await prepare(t)
  const { platform, databases, id, credential, admin, editor } = given
  await databases.quarantineDatabase(editor, id)
  const { password } = await databases.showCredential(admin, credential.id, ANY)
  const released = await databases.releaseDatabase(admin, id)
  assert.equal(released.quarantinedAt, null)
  assert.equal(released.isDefault, false)
  assert.deepEqual(await idsOf(given, editor), [id])
  assert.equal((await databases.showCredential(editor, credential.id)).password, password)
  assert.notEqual((await databases.rotateCredential(editor, credential.id)).password, password)
  // It is in no quarantine: nothing to do.
  assert.equal((await databases.releaseDatabase(admin, id)).id, id)
  await assert.rejects(databases.releaseDatabase(editor, id), { code: 'forbidden' })
  assert.deepEqual(
    (await actionsOf(platform, id)).filter((action) => /quarantined|released/.test(action)),
    ['database.quarantined', 'database.released'],
  )
})

test('meanwhile a logical id and the place of the default are free, and what was given away is lost', async (t) => {
  const { platform, databases, id, projectId, admin } = await prepare(t)
  await databases.updateDatabase(admin, id, { logicalId: 'main' })
  await databases.quarantineDatabase(admin, id)
  const { database: other } = await databases.createDatabase(admin, {
    projectId,
    logicalId: 'main',
    isDefault: true,
  })
  assert.equal(other.isDefault, true)
  const released = await databases.releaseDatabase(admin, id)
  assert.equal(released.logicalId, null)
  assert.equal((await databases.getDatabase(admin, other.id)).logicalId, 'main')
  const { before } = await platform.db
    .selectFrom('events')
    .select('before')
    .where('action', '=', 'database.released')
    .executeTakeFirstOrThrow()
  assert.equal(before?.logicalId, 'main')
})

test('a name that is taken in its environment by now keeps it there', async (t) => {
  const { platform, databases, id, projectId, admin } = await prepare(t)
  const [environment] = await platform.domain.environments.listEnvironments(admin)
  await platform.db
    .updateTable('databases')
    .set({ environment_id: environment?.id ?? null })
    .execute()
  const name = (await rowOf(platform, id)).name
  const wanted = { projectId, name, environmentId: environment?.id, uniqueIn: 'environment' } as const
  await databases.quarantineDatabase(admin, id)
  await assert.rejects(databases.createDatabase(admin, wanted), { code: 'name-taken' })
  const { database } = await databases.createDatabase(admin, { ...wanted, name: 'other' })
  await databases.updateDatabase(admin, database.id, { name })
  await assert.rejects(databases.releaseDatabase(admin, id), { code: 'name-taken' })
  await databases.updateDatabase(admin, database.id, { name: 'other' })
  assert.equal((await databases.releaseDatabase(admin, id)).name, name)
})

test('deleting one in quarantine drops it', async (t) => {
  const { platform, databases, id, admin } = await prepare(t)
  await databases.quarantineDatabase(admin, id)
  await databases.deleteDatabase(admin, id, ANY)
  const { deleted_at, state } = await rowOf(platform, id)
  assert.ok(deleted_at)
  assert.equal(state, 'deleting')
  await assert.rejects(databases.getDatabase(admin, id, 'read', ANY), missing)
  await assert.rejects(databases.releaseDatabase(admin, id), missing)
})

test('who asks for a login while it goes into quarantine gets none', async (t) => {
  const { platform, databases, id, credential, editor, admin } = await prepare(t)
  const waiting = async (count: number) => {
    const { rows } = await platform.pool.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    return rows.length >= count
  }
  for (const attempt of [
    () => databases.rotateCredential(editor, credential.id),
    () => databases.createCredential(editor, { databaseId: id, name: 'mine' }),
  ]) {
    // Keeps the quarantine from ending until the other has found the database where it was.
    const blocker = await platform.pool.connect()
    await blocker.query('begin')
    await blocker.query('select from croft.credentials where database_id = $1 for update', [id])
    const quarantine = databases.quarantineDatabase(admin, id)
    await until(() => waiting(1))
    const refused = assert.rejects(attempt(), missing)
    await until(() => waiting(2))
    await blocker.query('commit')
    blocker.release()
    await quarantine
    await refused
    assert.equal((await databases.listCredentials(admin, { databaseId: id, ...ANY, page })).items.length, 1)
    await databases.releaseDatabase(admin, id)
  }
})

test('nothing is copied, restored or marked from it; its schedule goes on', async (t) => {
  const { platform, databases, id, projectId, admin } = await prepare(t)
  const { backups, recovery } = platform.domain
  const backup = await backups.startBackup(admin, id)
  await databases.quarantineDatabase(admin, id)
  const source = { type: 'database', databaseId: id } as const
  await assert.rejects(databases.createDatabase(admin, { projectId, source }), missing)
  await assert.rejects(backups.startBackup(admin, id), missing)
  await assert.rejects(backups.getBackup(admin, backup.id), { code: 'backup-not-found' })
  await assert.rejects(backups.listBackups(admin, { databaseId: id, page }), missing)
  await assert.rejects(recovery.createPoint(admin, { databaseId: id, name: 'x' }), missing)
  const { workspaceId } = await databases.getDatabase(admin, id, 'read', ANY)
  assert.deepEqual((await backups.listWorkspaceBackups(admin, { workspaceId, page })).items, [])
  await platform.db.updateTable('backups').set({ state: 'completed', completed_at: new Date() }).execute()
  const later = new Date(Date.now() + 3 * 86_400_000)
  await scheduleBackups(platform.domain, 'job', later)
  const made = await platform.db.selectFrom('backups').select('trigger').orderBy('id').execute()
  assert.deepEqual(
    made.map(({ trigger }) => trigger),
    ['manual', 'schedule'],
  )
})

test('a project goes with what it has in quarantine, but not to another workspace', async (t) => {
  const { platform, databases, id, projectId, admin } = await prepare(t)
  const { projects, access } = platform.domain
  const { value } = await access.createServiceToken(platform.system, {
    workspaceId: platform.workspaces[1].id,
    name: 'theirs',
  })
  await databases.quarantineDatabase(admin, id)
  await assert.rejects(projects.transferProject(admin, projectId, value), { code: 'project-busy' })
  await projects.deleteProject(admin, projectId)
  assert.ok((await rowOf(platform, id)).deleted_at)
})

test('a branch can be deleted when only databases in quarantine are on it', async (t) => {
  const { platform, databases, id, projectId, admin } = await prepare(t)
  const { tenancy } = platform.domain
  await tenancy.createBranch(admin, { projectId, gitName: 'main' })
  const branch = await tenancy.createBranch(admin, { projectId, gitName: 'dev' })
  await databases.updateDatabase(admin, id, { branchId: branch.id })
  await databases.quarantineDatabase(admin, id)
  await tenancy.deleteBranch(admin, branch.id)
  assert.equal((await databases.releaseDatabase(admin, id)).branchId, null)
})
