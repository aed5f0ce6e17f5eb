import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type S3Server, startS3Server } from '../../harness/s3-server.ts'
import {
  type Backup,
  backup,
  fresh,
  type Job,
  type JobStatus,
  job,
  LOCAL,
  makeStore,
  type Named,
  NOBODYS,
  ofDeployment,
  type Restore,
} from '../back-up.ts'
import { type Deployment, hostOf, imageOf } from '../deploy.ts'
import { newUser, type Pds } from '../pds.ts'

export function reportedBackupsTests(pds: Pds): void {
  const { admin, first, other, croft } = pds
  const { owner, tenantId, projectId } = first
  let s3: S3Server
  let storeId = ''
  const adhoc = () => ({ backup_type: 'adhoc', backup_level: 'snapshot', backup_target_id: storeId })
  const jobsOf = async (id: string) =>
    (await owner.ok<{ data: readonly JobStatus[] }>(200, 'GET', backup(id, '/jobs'))).data

  before(async () => {
    s3 = await startS3Server()
    storeId = await makeStore(pds, s3, tenantId)
  })
  after(() => s3.stop())

  test('an agent of somebody else reports its backups and restores', async () => {
    const targets = `/api/tenants/${tenantId}/deployment-targets`
    const clusterId = randomUUID()
    const target = await owner.ok<Named>(201, 'POST', targets, {
      name: fresh('abroad'),
      cluster_id: clusterId,
    })
    const beat = () =>
      owner.ok(200, 'POST', `/api/deployment-targets/${target.id}/heartbeat`, { cluster_id: clusterId })
    await beat()
    const namespace = await owner.ok<Named>(200, 'POST', `/api/deployment-targets/${target.id}/namespaces`, {
      name: 'abroad',
    })
    const place = { deployment_target_id: target.id, namespace_id: namespace.id }
    const image = await imageOf(owner, 'PostgreSQL')
    const paper = await owner.ok<Deployment>(
      ...([201, 'POST', `/api/projects/${projectId}/deployments`] as const),
      { ...place, name: 'paper', image_id: image.id, node_count: 1 },
      LOCAL,
    )
    const path = ofDeployment(paper.id)
    await owner.refused(422, 'POST', path, adhoc())
    const reader = await newUser(croft, { role: 'project-admin', type: 'project', id: projectId })
    await reader.refused(403, 'POST', path, adhoc(), LOCAL)
    await owner.refused(400, 'POST', path, adhoc(), { 'local-only': 'perhaps' })
    const plan = await owner.ok<Backup>(201, 'POST', path, adhoc(), LOCAL)
    assert.deepEqual([plan.state, await jobsOf(plan.id)], ['pending', []])

    const id = randomUUID()
    const said = (changes: object = {}) => ({
      ...{
        project_id: projectId,
        backup_id: plan.id,
        deployment_id: paper.id,
        deployment_target_id: target.id,
      },
      ...{ name: 'abroad-adhoc', namespace_name: 'abroad', completion_status: 'Active' },
      ...{ start_time: '2026-01-01T10:00:00Z', timestamp: '2026-01-01T10:00:00Z', ...changes },
    })
    for (const changes of [
      { backup_id: NOBODYS },
      { backup_id: undefined },
      { deployment_id: NOBODYS },
      { deployment_target_id: NOBODYS },
      { namespace_name: 'nowhere' },
      { project_id: other.projectId },
      { completion_status: 'Perhaps' },
    ]) {
      await owner.refused(422, 'PUT', job(id), said(changes))
    }
    await owner.refused(400, 'PUT', job(id), said({ timestamp: 'yesterday' }))
    await owner.refused(404, 'PUT', job(id), said({ deleted: true }))
    const begun = await owner.ok<Job>(200, 'PUT', job(id), said())
    assert.deepEqual([begun.id, begun.completion_status], [id, 'Active'])
    assert.equal((await owner.ok<Backup>(200, 'GET', backup(plan.id))).state, 'created')
    const over = { completion_status: 'Succeeded', timestamp: '2026-01-01T10:05:00Z', file_size: 12 }
    await owner.ok(200, 'PUT', job(id), said({ ...over, completion_time: '2026-01-01T10:04:00Z' }))
    const stale = await owner.ok<Job>(200, 'PUT', job(id), said({ timestamp: '2026-01-01T10:04:59Z' }))
    assert.deepEqual([stale.completion_status, stale.file_size], ['Succeeded', 12])
    assert.deepEqual(await jobsOf(plan.id), [
      {
        ...{ name: 'abroad-adhoc', status: 'Succeeded' },
        ...{ start_time: '2026-01-01T10:00:00.000000Z', completion_time: '2026-01-01T10:04:00.000000Z' },
      },
    ])
    assert.ok((await other.owner.send('PUT', job(id), { body: said() })).status >= 400)

    const host = await hostOf(first)
    const wrong = await owner.refused(422, 'POST', job(id, '/restore'), {
      ...{ name: 'here', deployment_target_id: host.targetId, namespace_id: host.namespaceId },
    })
    assert.equal(wrong.code, 'incompatible_restore_capabilities')
    const restore = await owner.ok<Restore>(200, 'POST', job(id, '/restore'), {
      ...place,
      name: 'paper-copy',
    })
    assert.equal(restore.status, 'Pending')
    const news = (body: object) => owner.ok<Restore>(200, 'POST', `/api/restores/${restore.id}/update`, body)
    const failed = {
      completion_status: 'Failed',
      error_code: 'PXGetVolumeFailed',
      timestamp: '2026-01-01T11:00:00Z',
    }
    assert.deepEqual(
      [
        (await news(failed)).status,
        (await news({ ...failed, completion_status: 'Successful', timestamp: '2026-01-01T10:59:59Z' }))
          .status,
      ],
      ['Failed', 'Failed'],
    )
    await owner.refused(422, 'POST', `/api/restores/${restore.id}/update`, { completion_status: 'Perhaps' })
    await owner.refused(400, 'POST', `/api/restores/${restore.id}/update`, { timestamp: 'x' })
    await other.owner.refused(404, 'POST', `/api/restores/${restore.id}/update`, failed)
    await other.owner.refused(404, 'GET', `/api/restores/${restore.id}`)
    await other.owner.refused(404, 'GET', `/api/db-tasks/${restore.id}`)
    const retried = await owner.ok<Restore>(200, 'POST', `/api/restores/${restore.id}/retry`, {
      name: 'paper-again',
    })
    assert.notEqual(retried.deployment_id, restore.deployment_id)
    assert.deepEqual([retried.id, retried.name, retried.status], [restore.id, 'paper-again', 'Pending'])
    await owner.refused(404, 'GET', `/api/deployments/${restore.deployment_id}`)
    await owner.refused(422, 'POST', `/api/restores/${restore.id}/retry`, {})
    const done = await news({ completion_status: 'Successful', timestamp: '2026-01-01T12:00:00Z' })
    assert.equal(done.status, 'Successful')

    await owner.ok(200, 'PUT', job(id), said({ deleted: true, timestamp: '2026-01-01T13:00:00Z' }))
    await owner.refused(404, 'GET', job(id))
    await owner.ok(200, 'PUT', job(id), said({ timestamp: '2026-01-01T14:00:00Z' }))
    await owner.ok(204, 'DELETE', job(id))
    await owner.ok(204, 'DELETE', backup(plan.id))
    await owner.refused(404, 'GET', backup(plan.id))
    await admin.ok(202, 'DELETE', `/api/deployments/${retried.deployment_id}`)
    await admin.ok(202, 'DELETE', `/api/deployments/${paper.id}`)
  })
}
