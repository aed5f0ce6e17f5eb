import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type S3Server, startS3Server } from '../../harness/s3-server.ts'
import { waitUntil } from '../../harness/wait-until.ts'
import { type Caller, newUser, type Pds } from '../pds.ts'

interface Named {
  readonly id: string
  readonly name: string
  readonly type?: string
}
interface Page<Item> {
  readonly data: readonly Item[]
  readonly pagination?: { readonly continuation: string }
}
interface Target extends Named {
  readonly bucket: string
  readonly region: string
  readonly backup_credentials_id?: string
}
interface State {
  readonly backup_target_id: string
  readonly deployment_target_id: string
  readonly state: string
  readonly px_credentials_id: string
  readonly px_credentials_name: string
  readonly error_code?: string
  readonly error_message?: string
  readonly error_details?: string
}
interface Policy extends Named {
  readonly schedules: readonly { readonly id: string }[]
}

const NIL = '00000000-0000-0000-0000-000000000000'
const credentials = (id: string) => `/api/backup-credentials/${id}`
const target = (id: string) => `/api/backup-targets/${id}`
const policy = (id: string) => `/api/backup-policies/${id}`
const of = (id: string, what: string) => `/api/tenants/${id}/${what}`
const fresh = (name: string) => `${name}-${randomUUID().slice(0, 8)}`

export function backupStorageTests(pds: Pds): void {
  const { admin, first, other, nobody } = pds
  let s3: S3Server
  let directory = ''
  let reader: Caller
  const s3Body = (change: object = {}) => ({
    s3_compatible: {
      ...{ access_key: s3.accessKeyId, secret_key: s3.secretAccessKey, endpoint: s3.endpoint },
      ...change,
    },
  })
  const makeCredentials = (body: object, name = fresh('credentials')) =>
    admin.ok<Named>(200, 'POST', of(first.tenantId, 'backup-credentials'), { name, credentials: body })
  const makeTarget = (credentialsId: string, change: object = {}) =>
    admin.ok<Target>(201, 'POST', of(first.tenantId, 'backup-targets'), {
      ...{ name: fresh('target'), type: 's3-compatible', bucket: s3.bucket, region: '' },
      ...{ backup_credentials_id: credentialsId, ...change },
    })
  const statesOf = async (id: string) =>
    (await admin.ok<Page<State>>(200, 'GET', `${target(id)}/states`)).data
  /** The state of the host, once it has one. */
  async function settled(id: string, wanted: string): Promise<State> {
    const host = await hostOf()
    const states = await waitUntil(
      () => statesOf(id),
      (all) => all.some((each) => each.deployment_target_id === host && each.state === wanted),
    )
    return states.find((each) => each.deployment_target_id === host) ?? assert.fail('there is a state')
  }
  async function hostOf(): Promise<string> {
    const hosts = await admin.ok<Page<Named>>(200, 'GET', of(first.tenantId, 'deployment-targets'))
    // The others only report.
    for (const { id, name } of hosts.data) if (name === 'local') return id
    return hosts.data[0]?.id ?? assert.fail('there is a host')
  }
  const remove = async (id: string) => {
    await admin.ok(204, 'DELETE', `${target(id)}?force=true`)
    await gone(id)
  }
  const gone = (id: string) =>
    waitUntil(
      () => admin.send('GET', target(id)),
      ({ status }) => status === 404,
    )

  before(async () => {
    s3 = await startS3Server()
    directory = await mkdtemp(join(tmpdir(), 'croft-backups-'))
    // The agent's servers may run as another user.
    await chmod(directory, 0o777)
    reader = await newUser(pds.croft, {
      ...{ role: 'organization-reader', type: 'organization', id: first.accountId },
    })
  })
  after(async () => {
    await s3.stop()
    await rm(directory, { recursive: true, force: true })
  })

  test('backup storage: who may do what, and what is not there', async () => {
    const { id: credentialsId } = await makeCredentials(s3Body())
    const { id: targetId } = await makeTarget(credentialsId)
    const schedules = [{ type: 'full', schedule: '0 3 * * *', retention_count: 2 }]
    const { id: policyId } = await admin.ok<Policy>(201, 'POST', of(first.tenantId, 'backup-policies'), {
      ...{ name: fresh('policy'), schedules },
    })
    const bodies = {
      credentials: { name: 'x', credentials: s3Body() },
      target: { name: 'x', bucket: 'x', backup_credentials_id: credentialsId },
      policy: { name: 'x', schedules },
    }
    type Case = readonly [method: string, path: (id: string) => string, id: string, body?: object]
    const cases: readonly Case[] = [
      ['GET', (id) => of(id, 'backup-credentials'), first.tenantId],
      ['POST', (id) => of(id, 'backup-credentials'), first.tenantId, bodies.credentials],
      ['GET', credentials, credentialsId],
      ['GET', (id) => `${credentials(id)}/credentials`, credentialsId],
      ['PUT', credentials, credentialsId, bodies.credentials],
      ['DELETE', credentials, credentialsId],
      ['GET', (id) => of(id, 'backup-targets'), first.tenantId],
      ['POST', (id) => of(id, 'backup-targets'), first.tenantId, bodies.target],
      ['GET', (id) => `/api/projects/${id}/backup-targets`, first.projectId],
      ['GET', target, targetId],
      ['GET', (id) => `${target(id)}/states`, targetId],
      ['PUT', target, targetId, { name: 'x' }],
      ['POST', (id) => `${target(id)}/retry`, targetId],
      ['DELETE', target, targetId],
      ['GET', (id) => of(id, 'backup-policies'), first.tenantId],
      ['POST', (id) => of(id, 'backup-policies'), first.tenantId, bodies.policy],
      ['GET', policy, policyId],
      ['PUT', policy, policyId, bodies.policy],
      ['DELETE', policy, policyId],
    ]
    for (const [method, path, id, body] of cases) {
      await nobody.refused(401, method, path(id), body)
      assert.equal(
        (await admin.send(method, path(id), { token: null, ...(body ? { body } : {}) })).status,
        401,
      )
      await admin.refused(400, method, path('no-uuid'), body)
      await admin.refused(404, method, path(randomUUID()), body)
      await other.owner.refused(404, method, path(id), body)
      if (method === 'GET') await reader.ok(200, method, path(id))
      else await reader.refused(403, method, path(id), body)
      if (method === 'GET' && path(id).endsWith('s') && !path(id).endsWith('/credentials')) {
        await admin.refused(400, method, `${path(id)}?sort_by=secret`)
        await admin.refused(400, method, `${path(id)}?limit=none`)
      }
    }
    // Where backups go is code that runs: who does not run the platform may not say it unless it lets them.
    await first.owner.refused(403, 'POST', of(first.tenantId, 'backup-targets'), bodies.target)
    await admin.ok(204, 'DELETE', policy(policyId))
    await remove(targetId)
    await admin.ok(204, 'DELETE', credentials(credentialsId))
  })

  test('backup credentials: exactly one kind, never shown again, names of their own', async () => {
    const kinds = [
      [
        'azure',
        { azure: { account_name: 'croft', account_key: 'c2VjcmV0' } },
        { azure: { account_name: 'croft' } },
      ],
      [
        'google',
        { google: { project_id: 'croft', json_key: '{"a":1}' } },
        { google: { project_id: 'croft' } },
      ],
      [
        's3',
        { s3: { access_key: 'AK', secret_key: 'hidden', endpoint: 's3.amazonaws.com' } },
        { s3: { access_key: 'AK', endpoint: 's3.amazonaws.com' } },
      ],
      [
        's3-compatible',
        { s3_compatible: { access_key: 'AK', secret_key: 'hidden', endpoint: 'http://store' }, azure: null },
        { s3_compatible: { access_key: 'AK', endpoint: 'http://store' } },
      ],
    ] as const
    for (const [type, given, shown] of kinds) {
      const made = await makeCredentials(given)
      assert.equal(made.type, type)
      assert.deepEqual(await admin.ok(200, 'GET', credentials(made.id)), made)
      assert.deepEqual(await admin.ok(200, 'GET', `${credentials(made.id)}/credentials`), shown)
      const list = `${of(first.tenantId, 'backup-credentials')}?type=${type}&name=${made.name}&id=${made.id}`
      assert.deepEqual(await admin.ok(200, 'GET', list), { data: [made] })
      await admin.ok(204, 'DELETE', credentials(made.id))
      await admin.refused(404, 'GET', credentials(made.id))
    }
    const path = of(first.tenantId, 'backup-credentials')
    for (const wrong of [
      {},
      { ...s3Body(), azure: { account_name: 'a', account_key: 'b' } },
      s3Body({ endpoint: '' }),
      s3Body({ secret_key: '' }),
      { azure: { account_name: 'a' } },
      { google: { json_key: '{}' } },
    ]) {
      await admin.refused(400, 'POST', path, { name: fresh('wrong'), credentials: wrong })
    }
    await admin.refused(400, 'POST', path, { name: ' ', credentials: s3Body() })
    await admin.refused(400, 'POST', path, { name: 'without' })
    const one = await makeCredentials(s3Body())
    const two = await makeCredentials(s3Body())
    await admin.refused(409, 'POST', path, { name: one.name, credentials: s3Body() })
    await admin.refused(409, 'PUT', credentials(two.id), { name: one.name, credentials: s3Body() })
    const pages = await admin.ok<Page<Named>>(200, 'GET', `${path}?sort_by=-created_at&limit=1`)
    assert.deepEqual(pages.data, [two])
    const rest = `${path}?sort_by=-created_at&continuation=${pages.pagination?.continuation}`
    assert.equal((await admin.ok<Page<Named>>(200, 'GET', rest)).data[0]?.id, one.id)
    for (const { id } of [one, two]) await admin.ok(204, 'DELETE', credentials(id))
  })

  test('backup targets: what is asked must fit, and buckets are tried afterwards', async () => {
    const made = await makeCredentials(s3Body())
    const amazon = await makeCredentials({ s3: { access_key: 'AK', secret_key: 'SK', endpoint: '' } })
    const path = of(first.tenantId, 'backup-targets')
    const right = {
      name: fresh('t'),
      type: 's3-compatible',
      bucket: s3.bucket,
      backup_credentials_id: made.id,
    }
    for (const change of [
      { bucket: '' },
      { bucket: 'a/b' },
      { region: 'eu-west-1' },
      { type: 'azure' },
      { type: 's3' },
      { backup_credentials_id: randomUUID() },
      { backup_credentials_id: amazon.id, type: 's3' },
    ]) {
      await admin.refused(422, 'POST', path, { ...right, ...change })
    }
    for (const change of [{ name: '' }, { backup_credentials_id: 'x' }]) {
      await admin.refused(400, 'POST', path, { ...right, ...change })
    }
    const good = await makeTarget(made.id)
    assert.equal(good.backup_credentials_id, made.id)
    assert.deepEqual([good.type, good.bucket, good.region], ['s3-compatible', s3.bucket, ''])
    await admin.refused(409, 'POST', path, { ...right, name: good.name })
    const bad = await makeTarget(made.id, { bucket: 'no-such-bucket' })

    const well = await settled(good.id, 'successful')
    assert.match(well.px_credentials_name, /^pdscreds-/)
    assert.notEqual(well.px_credentials_id, NIL)
    assert.equal(well.error_code, undefined)
    const ill = await settled(bad.id, 'failed_create')
    assert.deepEqual(
      [ill.error_code, ill.px_credentials_name, ill.px_credentials_id],
      ['failed_to_create_px_credentials', '', NIL],
    )
    assert.ok(ill.error_message)
    assert.match(ill.error_details ?? '', /no bucket/)
    const host = well.deployment_target_id
    const filtered = `${target(bad.id)}/states?state=failed_create&deployment_target_id=${host}&sort_by=-state`
    assert.deepEqual(await admin.ok(200, 'GET', filtered), { data: [ill] })
    assert.deepEqual(await admin.ok(200, 'GET', `${target(bad.id)}/states?backup_target_id=${good.id}`), {
      data: [],
    })

    const query = `name=${good.name}&type=s3-compatible&bucket=${s3.bucket}&backup_credentials_id=${made.id}`
    assert.deepEqual(await admin.ok(200, 'GET', `${path}?${query}`), { data: [good] })
    const project = `/api/projects/${first.projectId}/backup-targets?${query}`
    assert.deepEqual(await first.owner.ok(200, 'GET', `${project}&deployment_target_id=${host}`), {
      data: [good],
    })
    assert.deepEqual(await first.owner.ok(200, 'GET', `${project}&deployment_target_id=${randomUUID()}`), {
      data: [],
    })

    const renamed = await admin.ok<Target>(201, 'PUT', target(good.id), {
      name: fresh('renamed'),
      bucket: 'ignored',
    })
    assert.deepEqual(await admin.ok(200, 'GET', target(good.id)), renamed)
    assert.equal(renamed.bucket, s3.bucket)
    await admin.refused(409, 'PUT', target(good.id), { name: bad.name })
    await admin.refused(409, 'DELETE', credentials(made.id))
    await admin.refused(400, 'DELETE', `${target(good.id)}?force=perhaps`)
    await admin.ok(204, 'DELETE', target(good.id))
    await gone(good.id)
    await remove(bad.id)
    await admin.refused(404, 'DELETE', target(bad.id))
    for (const { id } of [made, amazon]) await admin.ok(204, 'DELETE', credentials(id))
  })

  test('backup targets: other credentials are what they are reached with, and what failed is tried again', async () => {
    const made = await makeCredentials(s3Body({ secret_key: 'wrong' }))
    const { id } = await makeTarget(made.id)
    assert.match((await settled(id, 'failed_create')).error_details ?? '', /secret access key/)
    await admin.ok(204, 'POST', `${target(id)}/retry`)
    await settled(id, 'failed_create')
    await admin.ok(200, 'PUT', credentials(made.id), { credentials: s3Body() })
    const well = await settled(id, 'successful')
    await admin.ok(200, 'PUT', credentials(made.id), { credentials: s3Body({ access_key: 'NOBODY' }) })
    const broken = await settled(id, 'failed_update')
    assert.equal(broken.px_credentials_id, well.px_credentials_id)
    await admin.refused(409, 'PUT', credentials(made.id), {
      credentials: { azure: { account_name: 'a', account_key: 'b' } },
    })
    await remove(id)
    await admin.ok(204, 'DELETE', credentials(made.id))
  })

  test('backup targets: directories, and those that another API made', async () => {
    await mkdir(join(directory, 'team'))
    await chmod(join(directory, 'team'), 0o777)
    const made = await makeCredentials({ s3_compatible: { endpoint: `file://${directory}` } })
    const there = await makeTarget(made.id, { bucket: 'team' })
    const absent = await makeTarget(made.id, { bucket: 'absent' })
    await admin.refused(422, 'POST', of(first.tenantId, 'backup-targets'), {
      ...{ name: fresh('t'), bucket: '..', backup_credentials_id: made.id },
    })
    await first.owner.refused(403, 'POST', of(first.tenantId, 'backup-targets'), {
      ...{ name: fresh('t'), bucket: 'team', backup_credentials_id: made.id },
    })
    await settled(there.id, 'successful')
    assert.match((await settled(absent.id, 'failed_create')).error_details ?? '', /does not exist/)
    for (const { id } of [there, absent]) await remove(id)
    await admin.ok(204, 'DELETE', credentials(made.id))

    const path = `/api/croft/v1/workspaces/${first.tenantId}/backup-targets`
    const response = await fetch(new URL(path, pds.croft.bootstrap.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: fresh('own'),
        location: { type: 'directory', path: join(directory, 'team') },
      }),
    })
    assert.equal(response.status, 201)
    const { name } = (await response.json()) as Named
    const listed = await admin.ok<Page<Target>>(
      200,
      'GET',
      `${of(first.tenantId, 'backup-targets')}?name=${name}`,
    )
    const own = listed.data[0] ?? assert.fail('it is listed')
    assert.deepEqual([own.type, own.bucket, own.backup_credentials_id], ['s3-compatible', 'team', undefined])
    await settled(own.id, 'successful')
    await admin.ok(204, 'DELETE', target(own.id))
    await gone(own.id)
  })

  test('backup policies: schedules are checked and kept as they are given', async () => {
    const path = of(first.tenantId, 'backup-policies')
    const right = { id: randomUUID(), type: 'full', schedule: '*/5 * * * *', retention_count: 3 }
    const wrong = [
      [422, []],
      [422, [{ ...right, schedule: 'daily' }]],
      [422, [{ ...right, schedule: '@daily' }]],
      [422, [{ ...right, schedule: '0 0 3 * * *' }]],
      [422, [{ ...right, schedule: '61 * * * *' }]],
      [422, [{ ...right, retention_count: 0 }]],
      [422, [right, right]],
      [400, [{ ...right, id: 'x' }]],
      [400, [{ ...right, type: 'half' }]],
      [400, 'every day'],
    ] as const
    for (const [status, schedules] of wrong) {
      await admin.refused(status, 'POST', path, { name: fresh('wrong'), schedules })
    }
    await admin.refused(400, 'POST', path, { name: '', schedules: [right] })
    const made = await first.owner.ok<Policy>(201, 'POST', path, {
      name: fresh('policy'),
      schedules: [right],
    })
    assert.deepEqual(made.schedules, [right])
    assert.deepEqual(await admin.ok(200, 'GET', policy(made.id)), made)
    assert.deepEqual(await admin.ok(200, 'GET', `${path}?name=${made.name}&id=${made.id}`), { data: [made] })
    await admin.refused(409, 'POST', path, { name: made.name, schedules: [right] })
    await admin.refused(422, 'PUT', policy(made.id), {
      name: made.name,
      schedules: [{ ...right, schedule: '' }],
    })
    const second = { type: 'incremental', schedule: '0 * * * *', retention_count: 1 }
    const changed = await admin.ok<Policy>(200, 'PUT', policy(made.id), {
      ...{ name: fresh('other'), schedules: [right, second] },
    })
    assert.deepEqual(changed.schedules[0], right)
    assert.match(changed.schedules[1]?.id ?? '', /^[0-9a-f-]{36}$/)
    await admin.ok(204, 'DELETE', policy(made.id))
    await admin.refused(404, 'DELETE', policy(made.id))
    await admin.refused(404, 'GET', policy(made.id))
  })
}
