import assert from 'node:assert/strict'
import { test } from 'node:test'
import { page } from './api.ts'
import { local } from './local-croft.ts'

const ID = '01890a5d-ac96-774b-bcce-b302099a8057'
const AT = '2026-01-02T03:04:05.000Z'

const database = (fields: Readonly<Record<string, unknown>> = {}) => ({
  ...{ id: ID, name: 'shop', state: 'ready', stateMessage: null, engine: 'postgres', version: '18' },
  ...{ size: 'small', region: 'eu-west-3', projectId: 'p1', idleTimeoutSeconds: 0, createdAt: AT },
  ...fields,
})
const none = { verifiedAt: null, durationMs: null, sizeBytes: null, relations: null, error: null }
const backup = (fields: Readonly<Record<string, unknown>> = {}) => ({
  ...{ id: 'b1', databaseId: ID, state: 'completed', trigger: 'manual', kind: 'full', createdAt: AT },
  ...{ encrypted: true, sizeBytes: 39_000_000, storedBytes: 4_100_000, consistentAt: AT },
  verification: { ...none, state: 'passed', verifiedAt: AT, durationMs: 2345, relations: 321 },
  ...fields,
})
const window = {
  earliest: AT,
  latest: '2026-01-03T00:00:00.000Z',
  spans: [],
  archive: null,
  retentionDays: 7,
}

test('a backup is waited for; a failed one exits with 1', async (t) => {
  let polls = 0
  const { croft } = await local(t, (_, key) => {
    if (key === `GET /databases/${ID}`) return { status: 200, body: database() }
    if (key === `POST /databases/${ID}/backups`)
      return { status: 202, body: backup({ state: 'running', progress: { doneBytes: 1, totalBytes: 2 } }) }
    if (key === 'GET /backups/b1')
      return { status: 200, body: backup(++polls < 2 ? {} : { state: 'failed', error: 'disk full' }) }
    return undefined
  })
  const made = await croft(['backup', 'create', ID])
  assert.equal(made.code, 0, made.err)
  assert.match(made.out, /39\.0 MB\nStored +4\.1 MB\nEncrypted +yes/)
  assert.match(made.out, /Verified +passed .*, in 2 s, 321 tables and indexes/)
  const failed = await croft(['backup', 'create', ID])
  assert.equal(failed.code, 1)
  assert.match(failed.err, /disk full/)
})

test('backups are listed for one database and for all, newest first', async (t) => {
  const other = '01890a5d-ac96-774b-bcce-b302099a8058'
  const { croft } = await local(t, ({ query }, key) => {
    const all = [database(), database({ id: other, name: 'ledger' })]
    if (key === 'GET /databases') return page(all.filter(({ name }) => (query.name ?? name) === name))
    if (key === `GET /databases/${ID}/backups`)
      return page([backup({ verification: { ...none, state: 'failed', error: 'an index lies' } })])
    if (key === 'GET /me') return { status: 200, body: { workspaceId: 'w1' } }
    if (key === 'GET /workspaces/w1/backups')
      return page([backup({ id: 'b2', databaseId: other, createdAt: '2026-01-05T00:00:00Z' }), backup()])
    return undefined
  })
  const one = await croft(['backup', 'list', 'shop'])
  assert.match(one.out, /^ID +STATE +WHY +KIND +DATA +STORED +VERIFIED +CREATED\nb1 .* failed +2026-01-02/)
  const all = await croft(['backup', 'ls'])
  assert.match(all.out, /^ID +DATABASE +STATE[^\n]*\nb2 +ledger .*\nb1 +shop /)
  assert.equal((await croft(['backup', 'ls', '-q'])).out, 'b2\nb1\n')
})

test('a verification is waited for, and one that fails exits with 1', async (t) => {
  let verification: Readonly<Record<string, unknown>> = { ...none, state: 'passed', durationMs: 900 }
  const { croft } = await local(t, (_, key) => {
    if (key === 'POST /backups/b1/verify')
      return { status: 202, body: backup({ verification: { ...none, state: 'pending' } }) }
    if (key === 'GET /backups/b1') return { status: 200, body: backup({ verification }) }
    return undefined
  })
  const passed = await croft(['backup', 'verify', 'b1'])
  assert.equal(passed.code, 0, passed.err)
  assert.match(passed.err, /The backup restores in 1 s/)
  verification = { ...none, state: 'failed', error: 'the index notes_pkey lacks a row' }
  const failed = await croft(['backup', 'verify', 'b1'])
  assert.equal(failed.code, 1)
  assert.match(failed.err, /failed its verification: the index notes_pkey lacks a row/)
})

test('a backup is restored into a new database, or in place when that is said', async (t) => {
  let message: string | null = null
  const { croft, calls } = await local(t, (_, key) => {
    if (key === 'GET /backups/b1') return { status: 200, body: backup() }
    if (key === `GET /databases/${ID}`) return { status: 200, body: database({ stateMessage: message }) }
    if (key === `GET /databases/${ID}/recovery-window`) return { status: 200, body: window }
    if (key === `POST /databases/${ID}/restore`)
      return { status: 202, body: database({ state: 'recovering' }) }
    if (key === 'POST /databases')
      return { status: 201, body: database({ id: 'n', connectionString: 'postgres://new' }) }
    return undefined
  })
  const nowhere = await croft(['backup', 'restore', 'b1'])
  assert.equal(nowhere.code, 2)
  assert.match(nowhere.err, /--into NAME .* --in-place/)
  const source = { type: 'backup', databaseId: ID, backupId: 'b1' }

  const into = await croft(['backup', 'restore', 'b1', '--into', 'shop-then'])
  assert.equal(into.out, 'postgres://new\n', into.err)
  assert.deepEqual(calls.at(-1)?.body, {
    ...{ name: 'shop-then', projectId: 'p1', size: 'small', region: 'eu-west-3', idleTimeoutSeconds: 0 },
    source,
  })

  const asked = await croft(['backup', 'restore', 'b1', '--in-place'])
  assert.equal(asked.code, 2)
  assert.match(asked.err, /what was written since is replaced[\s\S]*--yes/)
  const done = await croft(['backup', 'restore', 'b1', '--in-place', '--yes', '--force'])
  assert.equal(done.code, 0, done.err)
  const restores = () => calls.filter(({ path }) => path.endsWith('/restore'))
  assert.deepEqual(
    restores().map(({ body }) => body),
    [{ source: { ...source, force: true } }],
  )
  // The state before it can be had back.
  assert.match(done.err, /croft database restore shop --at 2026-01-03T00:00:00\.000Z/)

  message = 'the backup is damaged'
  const rolledBack = await croft(['backup', 'restore', 'b1', '--in-place', '-y'])
  assert.equal(rolledBack.code, 1)
  assert.match(rolledBack.err, /shop was not restored: the backup is damaged/)
})

test('a policy is changed in part, and only as it was read', async (t) => {
  const policy = {
    ...{ targetId: null, schedule: null, retentionDays: 7, incremental: 'auto' },
    ...{ encryption: true, archive: true },
  }
  const { croft, calls } = await local(t, (call, key) => {
    if (key === 'GET /databases') return page([database()])
    if (key === `GET /databases/${ID}/backup-policy`)
      return { status: 200, headers: { etag: '"v1"' }, body: { ...policy, databaseId: ID } }
    if (key === `PUT /databases/${ID}/backup-policy`) return { status: 200, body: call.body }
    if (key === 'GET /me') return { status: 200, body: { workspaceId: 'w1' } }
    if (key === 'GET /workspaces/w1/backup-targets') return page([{ id: 't1', name: 'offsite' }])
    return undefined
  })
  assert.match(
    (await croft(['backup', 'policy', 'show', 'shop'])).out,
    /Schedule +the platform’s\nKept +7 days/,
  )
  const set = await croft([
    ...['backup', 'policy', 'set', 'shop', '--schedule', '0 */6 * * *', '--target', 'offsite'],
    ...['--encryption', 'off'],
  ])
  assert.equal(set.code, 0, set.err)
  assert.equal(calls.at(-1)?.headers['if-match'], '"v1"')
  assert.deepEqual(calls.at(-1)?.body, {
    ...policy,
    ...{ targetId: 't1', schedule: '0 */6 * * *', encryption: false },
  })
  assert.match(set.err, /stays encrypted/)
  await croft(['backup', 'policy', 'set', 'shop', '--target', 'host', '--schedule', 'default'])
  assert.deepEqual(calls.at(-1)?.body, policy)
  const nothing = await croft(['backup', 'policy', 'set', 'shop'])
  assert.equal(nothing.code, 2)
  assert.match(nothing.err, /Nothing to change/)
})

test('an S3 target takes its secret from the environment, and is told when it cannot be used', async (t) => {
  let state = 'ok'
  const target = () => ({
    ...{ id: 't1', name: 'offsite', state, databases: 2, probedAt: AT, createdAt: AT },
    stateMessage: state === 'ok' ? null : 'no such bucket',
    location: {
      ...{ type: 's3', endpoint: 'https://s3.example.com', bucket: 'b', prefix: 'croft', region: 'eu' },
      ...{ pathStyle: true, accessKeyId: 'AK' },
    },
  })
  let probes = 0
  const { croft, calls } = await local(t, (_, key) => {
    if (key === 'GET /me') return { status: 200, body: { workspaceId: null } }
    if (key === 'GET /workspaces') return page([{ id: 'w1', name: 'ours' }])
    if (key === 'POST /workspaces/w1/backup-targets')
      return { status: 201, body: { ...target(), state: 'unknown', probedAt: null } }
    if (key === 'GET /workspaces/w1/backup-targets') return page([target()])
    if (key === 'GET /backup-targets/t1')
      return { status: 200, body: { ...target(), probedAt: `2026-01-02T03:04:0${6 + probes}Z` } }
    if (key === 'POST /backup-targets/t1/probe' && ++probes) return { status: 202, body: target() }
    if (key === 'PATCH /backup-targets/t1') return { status: 200, body: target() }
    if (key === 'DELETE /backup-targets/t1') return { status: 204 }
    return undefined
  })
  const keys = { AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: 'hush' }
  const create = ['backup', 'target', 'create', 's3', 'offsite', '--endpoint', 'https://s3.example.com']
  const args = [...create, '--region', 'eu', '--bucket', 'b', '--prefix', 'croft', '--path-style']
  const made = await croft(args, keys)
  assert.equal(made.code, 0, made.err)
  assert.match(made.out, /Place +https:\/\/s3\.example\.com\/b\/croft\nState +ok/)
  assert.doesNotMatch(made.out + made.err, /hush/)
  const posted = calls.find(({ method }) => method === 'POST')
  assert.deepEqual(posted?.body, {
    name: 'offsite',
    location: {
      ...{ type: 's3', endpoint: 'https://s3.example.com', region: 'eu', bucket: 'b' },
      ...{ prefix: 'croft', pathStyle: true, accessKeyId: 'AK', secretAccessKey: 'hush' },
    },
  })
  assert.equal(posted?.token, 'admin-token')

  const asked = await croft(args, { AWS_ACCESS_KEY_ID: 'AK' })
  assert.equal(asked.code, 2)
  assert.match(asked.err, /AWS_SECRET_ACCESS_KEY/)

  const rotated = await croft(['backup', 'target', 'rotate-key', 'offsite'], keys)
  assert.equal(rotated.code, 0, rotated.err)
  assert.deepEqual(calls.find(({ method }) => method === 'PATCH')?.body, {
    location: { accessKeyId: 'AK', secretAccessKey: 'hush' },
  })
  state = 'failing'
  const failing = await croft(['backup', 'target', 'check', 'offsite'])
  assert.equal(failing.code, 1)
  assert.match(failing.err, /offsite cannot be used: no such bucket[\s\S]*target check offsite/)
  assert.match((await croft(['backup', 'target', 'list'])).out, /offsite +s3 .* failing +2 /)
  assert.equal((await croft(['backup', 'target', 'delete', 'offsite', '-y'])).code, 0)
  assert.equal((await croft(['backup', 'target', 'show', 'onsite'])).code, 1)
})
