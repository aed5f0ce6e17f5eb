import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type S3Server, startS3Server } from '../../harness/s3-server.ts'
import { waitUntil } from '../../harness/wait-until.ts'
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
  type Task,
} from '../back-up.ts'
import {
  type Deployment,
  deploy,
  firstOf,
  hostOf,
  type Page,
  remove,
  SERVICES,
  untilAvailable,
  write,
} from '../deploy.ts'
import { type Caller, newUser, type Pds } from '../pds.ts'

export function backupsTests(pds: Pds): void {
  const { first, other, nobody, croft } = pds
  const { owner, tenantId, projectId, accountId } = first
  let s3: S3Server
  let storeId = ''

  const adhoc = (changes: object = {}) => ({
    ...{ backup_type: 'adhoc', backup_level: 'snapshot', backup_target_id: storeId, ...changes },
  })
  const scheduled = (changes: object = {}) =>
    adhoc({ backup_type: 'scheduled', schedule: '0 3 * * *', ...changes })
  const jobsOf = async (id: string) =>
    (await owner.ok<{ data: readonly JobStatus[] }>(200, 'GET', backup(id, '/jobs'))).data
  const ended = (id: string) =>
    waitUntil(
      () => jobsOf(id),
      ([newest]) => newest !== undefined && newest.status !== 'Active',
    )
  const jobOf = (backupId: string) =>
    firstOf<Job>(owner, `/api/projects/${projectId}/backup-jobs?backup_id=${backupId}`)
  const restored = (by: Caller, id: string) =>
    waitUntil(
      () => by.ok<Restore>(200, 'GET', `/api/restores/${id}`),
      ({ status }) => status === 'Successful' || status === 'Failed',
    )
  const gone = (path: string) =>
    waitUntil(
      () => owner.send('GET', path),
      ({ status }) => status === 404,
    )
  /** A backup that succeeded, and its job. */
  async function backUp(deploymentId: string, changes: object = {}): Promise<{ plan: Backup; job: Job }> {
    const plan = await owner.ok<Backup>(201, 'POST', ofDeployment(deploymentId), adhoc(changes))
    const [newest] = await ended(plan.id)
    const found = await jobOf(plan.id)
    assert.equal(newest?.status, 'Succeeded', found.error_message)
    return { plan, job: found }
  }

  before(async () => {
    s3 = await startS3Server()
    storeId = await makeStore(pds, s3, tenantId)
  })
  after(() => s3.stop())

  for (const service of SERVICES) {
    test(`${service.name}: backed up, and restored to a deployment of its own`, async () => {
      const made = await deploy(first, service.name)
      await untilAvailable(owner, made.id)
      await write(owner, made.id, service, 'kept')
      const plan = await owner.ok<Backup>(201, 'POST', ofDeployment(made.id), adhoc())
      assert.deepEqual([plan.backup_type, plan.backup_level, plan.suspend], ['adhoc', 'snapshot', false])
      const [atOnce] = await jobsOf(plan.id)
      assert.equal(atOnce?.name, `${plan.cluster_resource_name}-adhoc`)
      await ended(plan.id)
      const done = await jobOf(plan.id)
      assert.equal(done.completion_status, 'Succeeded', done.error_message)
      assert.equal((await owner.ok<Backup>(200, 'GET', backup(plan.id))).state, 'created')
      assert.ok(Number(done.file_size) > 0)
      assert.equal(done.data_service_spec.image_id, made.image_id)
      assert.equal((await owner.ok<Job>(200, 'GET', job(done.id))).deployment_id, made.id)
      const task = await owner.ok<Task>(200, 'GET', `/api/db-tasks/${done.id}`)
      assert.deepEqual([task.status, task.current_step], ['completed', task.total_steps])
      assert.ok(task.log.some((line) => line.endsWith('backup.completed')))
      await write(owner, made.id, service, 'later')

      const { targetId, namespaceId } = await hostOf(first)
      const place = { deployment_target_id: targetId, namespace_id: namespaceId }
      const restore = await owner.ok<Restore>(200, 'POST', job(done.id, '/restore'), {
        ...place,
        name: 'brought-back',
      })
      const copy = await owner.ok<Deployment>(200, 'GET', `/api/deployments/${restore.deployment_id}`)
      assert.deepEqual(
        [copy.name, copy.image_id, copy.node_count, copy.configuration, copy.resources],
        ['brought-back', made.image_id, made.node_count, made.configuration, made.resources],
      )
      const outcome = await restored(owner, restore.id)
      assert.equal(outcome.status, 'Successful', outcome.error_code)
      await untilAvailable(owner, copy.id)
      assert.deepEqual(await write(owner, copy.id, service, 'new'), ['kept', 'new'])
      assert.equal((await owner.ok<Task>(200, 'GET', `/api/db-tasks/${restore.id}`)).status, 'completed')
      assert.equal((await owner.ok<Task>(200, 'GET', `/api/db-tasks/${copy.id}`)).status, 'completed')
      await owner.refused(422, 'POST', `/api/restores/${restore.id}/retry`, {})
      await owner.refused(422, 'POST', `/api/restores/${restore.id}/update`, { completion_status: 'Failed' })
      await remove(owner, copy.id)
      // What was backed up outlives its deployment.
      await remove(owner, made.id)
      assert.equal((await owner.ok<Job>(200, 'GET', job(done.id))).completion_status, 'Succeeded')
      const again = await owner.ok<Restore>(200, 'POST', job(done.id, '/restore'), {
        ...place,
        name: 'again',
      })
      assert.equal((await restored(owner, again.id)).status, 'Successful')
      await remove(owner, again.deployment_id)
    })
  }

  test('several backups of one deployment are made one after another, and go one by one', async () => {
    const made = await deploy(first, 'PostgreSQL')
    // Not ready yet: it waits.
    const early = await owner.ok<Backup>(201, 'POST', ofDeployment(made.id), adhoc())
    const second = await owner.ok<Backup>(
      201,
      'POST',
      ofDeployment(made.id),
      adhoc({ backup_level: 'incremental' }),
    )
    for (const { id } of [early, second]) assert.equal((await ended(id))[0]?.status, 'Succeeded')
    const listed = await owner.ok<Page<Backup>>(200, 'GET', `${ofDeployment(made.id)}?sort_by=created_at`)
    assert.deepEqual(
      listed.data.map(({ id }) => id),
      [early.id, second.id],
    )
    const filters = {
      [`id=${early.id}`]: [early.id],
      'backup_level=incremental': [second.id],
      'state=created&suspend=false&backup_type=adhoc&limit=5': [early.id, second.id],
      'suspend=true': [],
      'sort_by=-created_at': [second.id, early.id],
    }
    for (const [query, ids] of Object.entries(filters)) {
      const { data } = await owner.ok<Page<Backup>>(200, 'GET', `${ofDeployment(made.id)}?${query}`)
      assert.deepEqual(
        data.map(({ id }) => id),
        ids,
        query,
      )
    }
    const page = await owner.ok<Page<Backup>>(200, 'GET', `${ofDeployment(made.id)}?limit=1`)
    const rest = await owner.ok<Page<Backup>>(
      ...([200, 'GET', `${ofDeployment(made.id)}?continuation=${page.pagination?.continuation}`] as const),
    )
    assert.deepEqual([rest.data.map(({ id }) => id), rest.pagination], [[second.id], undefined])
    const ofStore = await owner.ok<Page<Backup>>(
      ...([
        200,
        'GET',
        `/api/backup-targets/${storeId}/backups?cluster_resource_name=${early.cluster_resource_name}`,
      ] as const),
    )
    assert.deepEqual(
      ofStore.data.map(({ id }) => id),
      [early.id],
    )
    const changed = await owner.ok<Backup>(200, 'PUT', backup(early.id), { job_history_limit: 3 })
    assert.equal(changed.job_history_limit, 3)
    await owner.refused(422, 'PUT', backup(early.id), { job_history_limit: 0 })

    const earlyJob = await jobOf(early.id)
    await owner.refused(404, 'DELETE', backup(early.id, '/jobs/unknown'))
    await owner.ok(204, 'DELETE', backup(early.id, `/jobs/${earlyJob.name}`))
    await owner.refused(404, 'GET', job(earlyJob.id))
    assert.deepEqual(await jobsOf(early.id), [])
    const secondJob = await jobOf(second.id)
    await owner.ok(204, 'DELETE', job(secondJob.id))
    await owner.refused(404, 'DELETE', job(secondJob.id))
    for (const { id } of [early, second]) {
      await owner.ok(204, 'DELETE', backup(id))
      await gone(backup(id))
    }
    assert.deepEqual((await owner.ok<Page<Backup>>(200, 'GET', ofDeployment(made.id))).data, [])

    const { plan, job: kept } = await backUp(made.id)
    // Whoever deletes only what is written down keeps what is stored.
    await owner.ok(204, 'DELETE', backup(plan.id), undefined, LOCAL)
    await owner.refused(404, 'GET', backup(plan.id))
    const orphan = await owner.ok<Job>(200, 'GET', job(kept.id))
    assert.deepEqual([orphan.backup_id, orphan.completion_status], [undefined, 'Succeeded'])
    await remove(owner, made.id)
  })

  test('what other APIs back up is a job, too, of no backup', async () => {
    const made = await deploy(first, 'PostgreSQL')
    await untilAvailable(owner, made.id)
    const response = await fetch(`${croft.bootstrap.url}/api/croft/v1/databases/${made.id}/backups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${owner.token}` },
    })
    assert.ok(response.ok, await response.clone().text())
    const { id } = (await response.json()) as Named
    const found = await waitUntil(
      () => owner.ok<Job>(200, 'GET', job(id)),
      ({ completion_status }) => completion_status !== 'Active',
    )
    assert.deepEqual([found.completion_status, found.backup_id], ['Succeeded', undefined])
    const listed = await owner.ok<Page<Job>>(
      ...([
        200,
        'GET',
        `/api/projects/${projectId}/backup-jobs?deployment_id=${made.id}&sort_by=-created_at`,
      ] as const),
    )
    assert.ok(listed.data.some((each) => each.id === id))
    await owner.ok(204, 'DELETE', job(id))
    await owner.refused(404, 'GET', job(id))
    await remove(owner, made.id)
  })

  test('a policy makes one backup of each schedule; another one suspends them', async () => {
    const policy = (schedules: readonly object[]) =>
      owner.ok<Named>(201, 'POST', `/api/tenants/${tenantId}/backup-policies`, {
        name: fresh('policy'),
        schedules,
      })
    const nightly = { type: 'full', schedule: '0 3 * * *', retention_count: 7 }
    const one = await policy([nightly, { type: 'incremental', schedule: '30 * * * *', retention_count: 24 }])
    const two = await policy([{ ...nightly, schedule: '0 4 * * *' }])
    const by = (id: string) => ({ scheduled_backup: { backup_policy_id: id, backup_target_id: storeId } })
    const made = await deploy(first, 'PostgreSQL', by(one.id))
    const plans = async () =>
      (await owner.ok<Page<Backup>>(200, 'GET', `${ofDeployment(made.id)}?sort_by=created_at`)).data
    assert.deepEqual(
      (await plans()).map(({ schedule, backup_level, job_history_limit, suspend, state }) => [
        ...[schedule, backup_level, job_history_limit, suspend, state],
      ]),
      [
        ['0 3 * * *', 'snapshot', 7, false, 'created'],
        ['30 * * * *', 'incremental', 24, false, 'created'],
      ],
    )
    await untilAvailable(owner, made.id)
    await owner.ok(201, 'PUT', `/api/deployments/${made.id}`, by(two.id))
    assert.deepEqual(
      (await plans()).map(({ schedule, suspend }) => [schedule, suspend]),
      [
        ['0 3 * * *', true],
        ['30 * * * *', true],
        ['0 4 * * *', false],
      ],
    )
    await owner.ok(201, 'PUT', `/api/deployments/${made.id}`, { scheduled_backup: {} })
    assert.ok((await plans()).every(({ suspend }) => suspend))
    await remove(owner, made.id)
  })

  test('backups that make no sense, and those who may not', async () => {
    const made = await deploy(first, 'PostgreSQL')
    await untilAvailable(owner, made.id)
    const path = ofDeployment(made.id)
    const strangers = await makeStore(pds, s3, other.tenantId)
    const senseless: readonly [object, number][] = [
      [{}, 422],
      [adhoc({ backup_type: 'weekly' }), 422],
      [adhoc({ backup_level: 'deep' }), 422],
      [adhoc({ backup_target_id: undefined }), 422],
      [adhoc({ backup_target_id: NOBODYS }), 422],
      [adhoc({ backup_target_id: strangers }), 422],
      [adhoc({ backup_target_id: 'x' }), 400],
      [adhoc({ job_history_limit: 0 }), 422],
      [adhoc({ job_history_limit: 'many' }), 400],
      [scheduled({ schedule: undefined }), 422],
      [scheduled({ schedule: 'now and then' }), 422],
      [scheduled({ schedule: '0 3 31 2 *' }), 422],
      [scheduled({ schedule: '@daily' }), 422],
      [scheduled({ schedule: '* * * * * *' }), 422],
    ]
    for (const [body, status] of senseless) await owner.refused(status, 'POST', path, body)
    await owner.refused(400, 'POST', path, '{')
    for (const query of ['sort_by=nothing', 'limit=0', 'suspend=maybe', 'continuation=x', 'id=x']) {
      await owner.refused(400, 'GET', `${path}?${query}`)
    }
    const plan = await owner.ok<Backup>(
      201,
      'POST',
      path,
      scheduled({ schedule: '*/5 * * * *', job_history_limit: 2 }),
    )
    assert.deepEqual(
      [plan.backup_type, plan.schedule, plan.job_history_limit, plan.state],
      ['scheduled', '*/5 * * * *', 2, 'created'],
    )
    assert.deepEqual(await jobsOf(plan.id), [])
    const { job: done } = await backUp(made.id)
    const { targetId, namespaceId } = await hostOf(first)
    const place = { name: 'copy', deployment_target_id: targetId, namespace_id: namespaceId }
    const restore = job(done.id, '/restore')
    const unfit: readonly [object, number][] = [
      [{ ...place, name: '' }, 400],
      [{ ...place, name: undefined }, 400],
      [{ ...place, namespace_id: 'x' }, 400],
      [{ ...place, namespace_id: NOBODYS }, 422],
      [{ ...place, deployment_target_id: NOBODYS }, 422],
    ]
    for (const [body, status] of unfit) await owner.refused(status, 'POST', restore, body)
    await owner.refused(422, 'PUT', job(done.id), { project_id: projectId, completion_status: 'Failed' })
    await owner.refused(400, 'PUT', job(done.id), {})

    const report = { project_id: projectId }
    type Case = readonly [method: string, path: (id: string) => string, id: string, body?: object]
    const cases: readonly Case[] = [
      ['GET', ofDeployment, made.id],
      ['POST', ofDeployment, made.id, adhoc()],
      ['GET', (id) => `/api/backup-targets/${id}/backups`, storeId],
      ['GET', backup, plan.id],
      ['PUT', backup, plan.id, { job_history_limit: 1 }],
      ['DELETE', backup, plan.id],
      ['GET', (id) => backup(id, '/jobs'), plan.id],
      ['DELETE', (id) => backup(id, '/jobs/any'), plan.id],
      ['GET', (id) => `/api/projects/${id}/backup-jobs`, projectId],
      ['GET', job, done.id],
      ['DELETE', job, done.id],
      ['PUT', job, done.id, report],
      ['POST', (id) => job(id, '/restore'), done.id, place],
      ['GET', (id) => `/api/restores/${id}`, NOBODYS],
      ['POST', (id) => `/api/restores/${id}/retry`, NOBODYS, {}],
      ['POST', (id) => `/api/restores/${id}/update`, NOBODYS, {}],
      ['GET', (id) => `/api/db-tasks/${id}`, done.id],
      ['GET', (id) => `/api/db-tasks/${id}`, made.id],
    ]
    // Of an account, its reader sees backups and makes none.
    const reader = await newUser(croft, { role: 'organization-reader', type: 'organization', id: accountId })
    const sees = (method: string) => method === 'GET'
    for (const [method, at, id, body] of cases) {
      assert.equal((await nobody.send(method, at(id), { body })).status, 401)
      assert.equal((await owner.send(method, at(id), { body, token: null })).status, 401)
      await owner.refused(400, method, at('no-uuid'), body)
      if (method !== 'PUT' || at !== job) await owner.refused(404, method, at(NOBODYS), body)
      // To report of what is a stranger's is to report of nothing known.
      const isReport = method === 'PUT' && at === job
      if (!isReport) await other.owner.refused(404, method, at(id), body)
      else assert.ok((await other.owner.send(method, at(id), { body })).status >= 400)
      if (!sees(method) && id !== NOBODYS && at !== job && !at('').includes('/restore')) {
        await reader.refused(403, method, at(id), body)
      }
      if (sees(method) && id !== NOBODYS) await reader.ok(200, method, at(id))
    }
    await reader.refused(403, 'DELETE', job(done.id))
    await reader.refused(403, 'POST', path, adhoc())
    await owner.refused(404, 'GET', backup(done.id))
    const matrix = await reader.ok<Record<string, readonly unknown[]>>(
      200,
      'GET',
      '/api/restores/restorability-matrix',
    )
    assert.deepEqual(Object.keys(matrix).sort(), ['MySQL', 'PostgreSQL', 'Redis'])
    await nobody.refused(401, 'GET', '/api/restores/restorability-matrix')
    await owner.ok(204, 'DELETE', backup(plan.id))
    await gone(backup(plan.id))
    await remove(owner, made.id)
  })

  test('a role in a namespace backs up and restores there only', async () => {
    const { targetId, namespaceId } = await hostOf(first)
    const inside = await owner.ok<Named>(200, 'POST', `/api/deployment-targets/${targetId}/namespaces`, {
      name: fresh('team'),
    })
    const holder = (role: string) => newUser(croft, { role, type: 'namespace', id: inside.id })
    const [administrator, reader] = [await holder('namespace-admin'), await holder('namespace-reader')]
    const made = await deploy(first, 'PostgreSQL', { namespace_id: inside.id })
    await untilAvailable(owner, made.id)
    const { id } = await administrator.ok<Backup>(201, 'POST', ofDeployment(made.id), adhoc())
    await ended(id)
    const done = await jobOf(id)
    await reader.ok(200, 'GET', job(done.id))
    const place = { name: 'team-copy', deployment_target_id: targetId, namespace_id: inside.id }
    await reader.refused(403, 'POST', job(done.id, '/restore'), place)
    const outside = await administrator.send('POST', job(done.id, '/restore'), {
      body: { ...place, namespace_id: namespaceId },
    })
    assert.ok(outside.status === 403 || outside.status === 404, JSON.stringify(outside))
    const restore = await administrator.ok<Restore>(200, 'POST', job(done.id, '/restore'), place)
    assert.equal((await restored(reader, restore.id)).status, 'Successful')
    await remove(owner, restore.deployment_id)
    await remove(owner, made.id)
  })
}
