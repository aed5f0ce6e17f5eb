import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestUser } from '../../../test/access.ts'
import { createPlatform, createTestPostgres } from '../../../test/platform.ts'
import { CroftError, type ErrorCode } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/index.ts'

const fails = (code: ErrorCode) => (error: unknown) => error instanceof CroftError && error.code === code

test('a database moves within its workspace, for who may change it at both ends', async (t) => {
  const platform = await createPlatform(t)
  await platform.agent()
  const { domain, system, workspaces, db } = platform
  const { id, projectId: from } = await createTestPostgres(platform)
  const projectIn = async (workspaceId: string) =>
    (await domain.projects.createProject(system, { workspaceId, name: 'to', database: false })).project.id
  const to = await projectIn(workspaces[0].id)
  const foreign = await projectIn(workspaces[1].id)
  const move = (projectId: string, call = system) => domain.databases.moveDatabase(call, id, { projectId })

  await assert.rejects(move(foreign), fails('invalid-input'))
  await assert.rejects(move(newId()), fails('project-not-found'))
  const writer = await createTestUser(platform, 'w@example.com', 'workspace-reader', {
    type: 'workspace',
    id: workspaces[0].id,
  })
  await db
    .insertInto('role_bindings')
    .values({ id: newId(), user_id: writer.id, role: 'project-admin', scope_type: 'project', scope_id: from })
    .execute()
  const principal = await platform.access.authenticateSession(writer.session)
  assert.ok(principal)
  await assert.rejects(move(to, { principal, requestId: 'r' }), fails('forbidden'))

  const moved = await move(to)
  assert.deepEqual([moved.project.id, moved.isDefault, moved.branchId], [to, false, null])
  assert.equal((await move(to)).project.id, to)
  const events = await db
    .selectFrom('events')
    .select(['action', 'after'])
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute()
  assert.deepEqual(events.at(-1), { action: 'database.moved', after: { projectId: to } })
  // To and fro at one time, nobody waits for ever.
  await Promise.allSettled([move(from), move(to), move(from)])
  await domain.projects.deleteProject(system, (await domain.databases.getDatabase(system, id)).project.id)
  await assert.rejects(domain.databases.getDatabase(system, id), fails('database-not-found'))
})
