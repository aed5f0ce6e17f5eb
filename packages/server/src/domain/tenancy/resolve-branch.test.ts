import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrismaApp } from '../../../test/prisma-app.ts'
import { createProject, dataOf, send } from '../../../test/prisma-request.ts'

test('a key that may make databases makes no branch along the way', async (t) => {
  const given = await createPrismaApp(t)
  const { id: projectId } = await createProject(given, { createDatabase: false })
  const key = await given.access.createApiKey(given.system, {
    workspaceId: given.acme.id,
    name: 'ci',
    rules: [{ action: ['create', 'read'], subject: ['databases', 'projects'] }],
  })
  const create = (body: object) =>
    send(given, 'POST', '/v1/databases', { body: { projectId, ...body }, as: key.value })
  assert.equal((await create({ name: 'side', branchGitName: 'feature' })).status, 403)
  assert.equal((await create({ name: 'side' })).status, 201)
  const branches = await send(given, 'GET', `/v1/projects/${projectId}/branches`)
  assert.deepEqual(dataOf<object[]>(branches), [])
})
