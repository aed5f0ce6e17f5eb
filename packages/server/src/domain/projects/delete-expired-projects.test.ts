import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPlatform, type Platform } from '../../../test/platform.ts'
import { until } from '../../../test/scripted-agent.ts'
import { deleteExpiredProjects } from './index.ts'

async function createTemporary({ domain, system, workspaces }: Platform, database: boolean): Promise<string> {
  const input = { workspaceId: workspaces[0].id, expiresAt: new Date(Date.now() - 1000), database }
  return (await domain.projects.createProject(system, input)).project.id
}

const find = ({ db }: Platform, id: string) =>
  db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

test('a project that is claimed while others are being deleted stays', async (t) => {
  const platform = await createPlatform(t)
  const { domain, system, workspaces } = platform
  await platform.agent()
  // Its server is not removed, so deleting it takes its time.
  const slow = await createTemporary(platform, true)
  const claimed = await createTemporary(platform, false)
  const recipient = await domain.access.createServiceToken(system, {
    workspaceId: workspaces[1].id,
    name: 'recipient',
  })
  const deleting = deleteExpiredProjects(domain, '1')
  await until(async () => (await find(platform, slow)).deleted_at !== null)
  await domain.projects.transferProject(system, claimed, recipient.value)
  await deleting
  const kept = await find(platform, claimed)
  assert.equal(kept.deleted_at, null)
  assert.equal(kept.workspace_id, workspaces[1].id)
})
