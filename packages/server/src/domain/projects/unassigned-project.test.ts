import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestUser } from '../../../test/access.ts'
import { createPlatform } from '../../../test/platform.ts'
import { UNASSIGNED } from './unassigned-project.ts'

test('a workspace has one project for databases without one, made when it is first asked for', async (t) => {
  const platform = await createPlatform(t)
  const { domain, system, workspaces, db } = platform
  const [{ id }, other] = workspaces
  const asked = await Promise.all([1, 2, 3].map(() => domain.projects.unassignedProject(system, id)))
  assert.deepEqual(new Set(asked.map((project) => project.id)).size, 1)
  assert.equal(asked[0]?.logicalId, UNASSIGNED)
  const events = await db.selectFrom('events').select('action').where('workspace_id', '=', id).execute()
  assert.deepEqual(events, [{ action: 'project.created' }])
  const stranger = await createTestUser(platform, 's@example.com', 'workspace-admin', {
    type: 'workspace',
    id: other.id,
  })
  await assert.rejects(domain.projects.unassignedProject(stranger.call, id), /workspace/)
  await domain.projects.deleteProject(system, asked[0]?.id ?? '')
  const again = await domain.projects.unassignedProject(system, id)
  assert.notEqual(again.id, asked[0]?.id)
})
