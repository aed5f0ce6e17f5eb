import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createCroftApp, type Method } from '../../../../test/croft-app.ts'
import { REGIONS } from '../../../domain/targets/index.ts'
import { newId } from '../../../platform/ids/index.ts'

const SECRET = 'canary-secret-access-key'
const s3 = (changes: object = {}) => ({
  type: 's3',
  endpoint: 'https://s3.example.com/',
  region: 'eu-central-1',
  bucket: 'backups',
  prefix: '/croft/',
  pathStyle: true,
  accessKeyId: 'AKIA',
  secretAccessKey: SECRET,
  ...changes,
})
const POLICY = {
  targetId: null,
  schedule: null,
  retentionDays: 7,
  incremental: 'auto',
  encryption: true,
  archive: true,
}

async function start(
  t: TestContext,
  settings: Record<string, string> = { CROFT_WORKSPACE_BACKUP_TARGETS: 'on' },
) {
  const given = await createCroftApp(t, settings)
  await given.db
    .insertInto('targets')
    .values({
      id: newId(),
      name: 'local',
      kind: 'host',
      regions: REGIONS.map((region) => region.id),
      join_token_hash: Buffer.alloc(32),
      connected_at: new Date(),
      last_seen_at: new Date(),
      agent: {
        hostname: 'test',
        agentVersion: '0',
        engines: [{ engine: 'postgres', version: '18', installed: true }],
        gateways: [],
      },
    })
    .execute()
  const targets = `/workspaces/${given.acme.id}/backup-targets`
  const add = async (body: object, as?: string) => given.call('POST', targets, body, as)
  const makeDatabase = async (workspaceId = given.acme.id) => {
    const { created } = await given.domain.projects.createProject(given.system, {
      workspaceId,
      name: `p-${newId()}`,
      database: true,
    })
    assert.ok(created)
    return created.database.id
  }
  return { ...given, targets, add, makeDatabase }
}

test('nobody without a credential, or with a bad one, gets at targets, policies and deleted databases', async (t) => {
  const { call } = await createCroftApp(t)
  const id = newId()
  const operations: [Method, string, object?][] = [
    ['GET', `/workspaces/${id}/backup-targets`],
    ['POST', `/workspaces/${id}/backup-targets`, { name: 'x', location: s3() }],
    ['GET', `/backup-targets/${id}`],
    ['PATCH', `/backup-targets/${id}`, { name: 'x' }],
    ['DELETE', `/backup-targets/${id}`],
    ['POST', `/backup-targets/${id}/probe`],
    ['GET', `/databases/${id}/backup-policy`],
    ['PUT', `/databases/${id}/backup-policy`, POLICY],
    ['GET', `/workspaces/${id}/deleted-databases`],
    ['DELETE', `/deleted-databases/${id}`],
  ]
  for (const [method, path, body] of operations) {
    for (const as of [null, 'garbage']) {
      const { status, code } = await call(method, path, body, as)
      assert.deepEqual([status, code], [401, 'not-authenticated'], `${method} ${path}`)
    }
  }
})

test('a target is added, read, changed, tried and deleted, and its secret is never shown or stored', async (t) => {
  const { add, call, targets, db } = await start(t)
  const made = await add({ name: 'away', location: s3() })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { id } = made.body
  const { secretAccessKey: _, ...shown } = s3({ endpoint: 'https://s3.example.com', prefix: 'croft' })
  assert.deepEqual(
    [made.body.name, made.body.location, made.body.state, made.body.probedAt, made.body.databases],
    ['away', shown, 'unknown', null, 0],
  )
  assert.deepEqual((await call('GET', targets)).body.data, [made.body])
  assert.deepEqual((await call('GET', `/backup-targets/${id}`)).body, made.body)

  const renewed = `${SECRET}-2`
  const changed = await call('PATCH', `/backup-targets/${id}`, {
    name: 'farther',
    location: { accessKeyId: 'AKIB', secretAccessKey: renewed, bucket: 'others' },
  })
  assert.deepEqual(
    [changed.status, changed.body.name, changed.body.location],
    [200, 'farther', { ...shown, accessKeyId: 'AKIB', bucket: 'others' }],
  )
  assert.equal((await call('POST', `/backup-targets/${id}/probe`)).status, 202)
  const probes = await db.selectFrom('agent_tasks').select('task').execute()
  assert.equal(probes.length, 2, 'a change is tried anew, and else one probe is asked for at a time')

  const tables = ['backup_targets', 'agent_tasks', 'events', 'instances', 'databases'] as const
  for (const table of tables) {
    const text = JSON.stringify(await db.selectFrom(table).selectAll().execute())
    assert.ok(!text.includes(SECRET), table)
    assert.ok(!text.includes(JSON.stringify([...Buffer.from(SECRET)]).slice(1, -1)), `${table}, as bytes`)
  }
  assert.equal((await call('DELETE', `/backup-targets/${id}`)).status, 204)
  assert.equal((await call('GET', `/backup-targets/${id}`)).code, 'backup-target-not-found')
  assert.deepEqual((await call('GET', targets)).body.data, [])
  // Its name is free again.
  assert.equal((await add({ name: 'farther', location: s3() })).status, 201)
})

test('what cannot be a target is refused, with what would be right', async (t) => {
  const { add, call, root } = await start(t)
  const bad: object[] = [
    {},
    { name: 'x' },
    { name: '', location: s3() },
    { name: 'x', location: { type: 'ftp' } },
    { name: 'x', location: { type: 'directory', path: '/x', bucket: 'b' } },
    ...['ftp://example.com', 'example.com', 'https://example.com/path', 'https://u:p@example.com', ''].map(
      (endpoint) => ({ name: 'x', location: s3({ endpoint }) }),
    ),
    ...['..', '../x', 'a/b', '', '.x'].map((bucket) => ({ name: 'x', location: s3({ bucket }) })),
    ...['a//b', '../b', 'a/./b'].map((prefix) => ({ name: 'x', location: s3({ prefix }) })),
    { name: 'x', location: s3({ secretAccessKey: '' }) },
  ]
  for (const body of bad) {
    const { status, code } = await add(body)
    assert.deepEqual([status, code], [422, 'invalid-input'], JSON.stringify(body))
  }
  for (const path of ['relative', '/', '/..', '']) {
    const { code } = await add({ name: 'x', location: { type: 'directory', path } }, root.token)
    assert.equal(code, 'invalid-input', path)
  }
  const first = await add({ name: 'one', location: s3() })
  assert.equal((await add({ name: 'one', location: s3() })).code, 'name-taken')
  const other = await add({ name: 'two', location: s3() })
  const path = `/backup-targets/${other.body.id}`
  assert.equal((await call('PATCH', path, { name: 'one' })).code, 'name-taken')
  assert.equal((await call('PATCH', path, { location: { path: '/x' } })).code, 'invalid-input')
  assert.equal((await call('PATCH', path, { location: { endpoint: 'x' } })).code, 'invalid-input')
  assert.equal((await call('PATCH', path, { location: { type: 'directory' } })).code, 'invalid-input')
  assert.equal(first.status, 201)
})

test('only platform administrators name directories of hosts and private endpoints', async (t) => {
  const { add, call, root } = await start(t)
  const directory = { name: 'disk', location: { type: 'directory', path: '/mnt/backups/' } }
  assert.equal((await add(directory)).code, 'forbidden')
  const made = await add(directory, root.token)
  assert.deepEqual([made.status, made.body.location.path], [201, '/mnt/backups'])
  // Its workspace sees it, and may rename it, but not move it.
  const path = `/backup-targets/${made.body.id}`
  assert.equal((await call('PATCH', path, { name: 'disk 2' })).status, 200)
  assert.equal((await call('PATCH', path, { location: { path: '/etc' } })).code, 'forbidden')
  for (const endpoint of [
    'http://127.0.0.1:9000',
    'http://localhost',
    'http://169.254.169.254',
    'http://[::1]',
  ]) {
    assert.equal((await add({ name: endpoint, location: s3({ endpoint }) })).code, 'forbidden', endpoint)
    assert.equal((await add({ name: endpoint, location: s3({ endpoint }) }, root.token)).status, 201)
  }
  const away = await add({ name: 'away', location: s3() })
  const move = { location: { endpoint: 'http://10.0.0.1' } }
  assert.equal((await call('PATCH', `/backup-targets/${away.body.id}`, move)).code, 'forbidden')
})

test('workspaces name targets of their own only where they are let', async (t) => {
  const { add, call, root } = await start(t, { CROFT_PRIVATE_BACKUP_TARGETS: 'on' })
  assert.equal((await add({ name: 'away', location: s3() })).code, 'forbidden')
  const { status, body } = await add({ name: 'away', location: s3() }, root.token)
  assert.equal(status, 201)
  const change = async (changes: object) => (await call('PATCH', `/backup-targets/${body.id}`, changes)).code
  for (const moved of [{ bucket: 'mine' }, { endpoint: 'https://s3.example.org' }, { prefix: 'x' }]) {
    assert.equal(await change({ location: moved }), 'forbidden', JSON.stringify(moved))
  }
  // What writes there already may have its credentials renewed.
  assert.equal(await change({ location: { accessKeyId: 'AKIB', secretAccessKey: 'x' } }), undefined)
  assert.equal(await change({ name: 'farther' }), undefined)
})

test('another tenant’s targets, policies and deleted databases are not there', async (t) => {
  const { add, call, targets, stranger, makeDatabase } = await start(t)
  const made = await add({ name: 'away', location: s3() })
  const path = `/backup-targets/${made.body.id}`
  const database = await makeDatabase()
  const as = stranger.token
  assert.equal((await call('GET', targets, undefined, as)).code, 'workspace-not-found')
  assert.equal((await add({ name: 'x', location: s3() }, as)).code, 'workspace-not-found')
  for (const [method, body] of [['GET'], ['PATCH', { name: 'x' }], ['DELETE']] as const) {
    assert.equal((await call(method, path, body, as)).code, 'backup-target-not-found', method)
  }
  assert.equal((await call('POST', `${path}/probe`, undefined, as)).code, 'backup-target-not-found')
  const policy = `/databases/${database}/backup-policy`
  assert.equal((await call('GET', policy, undefined, as)).code, 'database-not-found')
  assert.equal((await call('PUT', policy, POLICY, as)).code, 'database-not-found')
  for (const id of [newId(), 'garbage']) {
    assert.equal((await call('GET', `/backup-targets/${id}`)).code, 'backup-target-not-found')
    assert.equal((await call('GET', `/databases/${id}/backup-policy`)).code, 'database-not-found')
    assert.equal((await call('DELETE', `/deleted-databases/${id}`)).code, 'database-not-found')
    assert.equal((await call('GET', `/workspaces/${id}/deleted-databases`)).code, 'workspace-not-found')
  }
})

test('readers see targets and policies, and change none', async (t) => {
  const { add, call, targets, access, system, makeDatabase, acme, db } = await start(t)
  const made = await add({ name: 'away', location: s3() })
  const database = await makeDatabase()
  const { userId } = await access.ensureAdministrator(system, {
    email: 'r@example.com',
    password: 'long enough 12',
  })
  await db.deleteFrom('role_bindings').where('user_id', '=', userId).execute()
  const scope = { scope_type: 'workspace' as const, scope_id: acme.id }
  await db
    .insertInto('role_bindings')
    .values({ id: newId(), user_id: userId, role: 'workspace-reader', ...scope })
    .execute()
  const as = await access.createUserToken(system, { userId, name: 'reader' })
  const path = `/backup-targets/${made.body.id}`
  assert.equal((await call('GET', targets, undefined, as)).body.data.length, 1)
  assert.equal((await call('GET', path, undefined, as)).status, 200)
  assert.equal((await add({ name: 'x', location: s3() }, as)).code, 'forbidden')
  assert.equal((await call('PATCH', path, { name: 'x' }, as)).code, 'forbidden')
  assert.equal((await call('DELETE', path, undefined, as)).code, 'forbidden')
  assert.equal((await call('POST', `${path}/probe`, undefined, as)).code, 'forbidden')
  const policy = `/databases/${database}/backup-policy`
  assert.equal((await call('GET', policy, undefined, as)).status, 200)
  assert.equal((await call('PUT', policy, POLICY, as)).code, 'forbidden')
})

test('a policy is read and set, and a target that is used stays', async (t) => {
  const { add, call, makeDatabase, other, app, chief, db } = await start(t)
  const database = await makeDatabase()
  const target = (await add({ name: 'away', location: s3() })).body.id
  const path = `/databases/${database}/backup-policy`
  assert.deepEqual((await call('GET', path)).body, POLICY)
  const wanted = {
    targetId: target,
    schedule: '0 */6 * * *',
    retentionDays: 30,
    incremental: 'off',
    encryption: false,
    archive: false,
  }
  const set = await call('PUT', path, wanted)
  assert.deepEqual([set.status, set.body], [200, wanted])
  assert.deepEqual((await call('GET', path)).body, set.body)
  assert.equal((await call('GET', `/backup-targets/${target}`)).body.databases, 1)

  for (const [wrong, code] of [
    [{ schedule: 'soon' }, 'invalid-input'],
    [{ schedule: '* * * * *' }, 'invalid-input'],
    [{ retentionDays: 0 }, 'invalid-input'],
    [{ incremental: 'on' }, 'invalid-input'],
    [{ targetId: newId() }, 'backup-target-not-found'],
    [{ targetId: 'garbage' }, 'backup-target-not-found'],
    [{ surplus: 1 }, 'invalid-input'],
  ] as const) {
    assert.equal((await call('PUT', path, { ...wanted, ...wrong })).code, code, JSON.stringify(wrong))
  }
  assert.equal((await call('PUT', path, { targetId: null })).code, 'invalid-input')

  // Another workspace's target is none, whoever asks.
  const theirs = newId()
  await db
    .insertInto('backup_targets')
    .values({ id: theirs, workspace_id: other.id, name: 'x', type: 'directory', config: { path: '/x' } })
    .execute()
  assert.equal((await call('PUT', path, { ...wanted, targetId: theirs })).code, 'backup-target-not-found')

  const refused = await call('DELETE', `/backup-targets/${target}`)
  assert.deepEqual([refused.status, refused.code], [409, 'backup-target-in-use'])
  assert.match(refused.body.detail, /1 database\b/)
  const moved = await call('PATCH', `/backup-targets/${target}`, { location: { bucket: 'elsewhere' } })
  assert.equal(moved.code, 'backup-target-in-use')
  const renewed = { location: { secretAccessKey: 'x', endpoint: 'https://s3.example.org' } }
  assert.equal((await call('PATCH', `/backup-targets/${target}`, renewed)).status, 200)

  const headers = { authorization: `Bearer ${chief.token}` }
  const url = `/api/croft/v1${path}`
  const read = await app.inject({ method: 'GET', url, headers })
  const etag = String(read.headers.etag)
  const put = (tag: string) =>
    app.inject({ method: 'PUT', url, headers: { ...headers, 'if-match': tag }, payload: POLICY })
  assert.equal((await put('"other"')).statusCode, 412)
  assert.equal((await put(etag)).statusCode, 200)
  assert.equal((await put(etag)).statusCode, 412)
  assert.equal((await call('DELETE', `/backup-targets/${target}`)).status, 204)
})
