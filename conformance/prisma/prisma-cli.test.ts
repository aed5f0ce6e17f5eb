import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { assertDone, bodyOf } from '../harness/management-api.ts'
import { loginFault, query } from '../harness/query.ts'
import { newClient } from '../harness/run-client.ts'
import { takeBackup } from '../harness/take-backup.ts'
import { userTokens } from '../harness/user-tokens.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { setUp } from './sdk/setup.ts'

const dataDirectory = await newDataDirectory()
const croft = await startCroft(dataDirectory)
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const { bootstrap } = croft
const { api, other, workspaceId } = await setUp(croft)
const client = await newClient({
  PRISMA_MANAGEMENT_API_URL: bootstrap.url,
  PRISMA_AUTH_BASE_URL: bootstrap.url,
  PRISMA_SERVICE_TOKEN: bootstrap.serviceToken,
})
after(() => client.remove())

interface Failure {
  readonly code: string
  readonly meta?: { readonly status?: number; readonly apiCode?: string }
}
interface Envelope<Result> {
  readonly kind: 'result'
  readonly envelope: { readonly ok: boolean; readonly result?: Result; readonly error?: Failure }
}

async function run<Result>(...args: string[]) {
  const { code, stdout, stderr } = await client.run('prisma-cli', ...args, '--json')
  const last = stdout.trim().split('\n').at(-1) ?? ''
  assert.ok(last.startsWith('{'), `${args.join(' ')}: ${stdout}${stderr}`)
  const { kind, envelope } = JSON.parse(last) as Envelope<Result>
  assert.equal(kind, 'result')
  return { code, ...envelope }
}

async function done<Result = unknown>(...args: string[]): Promise<Result> {
  const { code, ok, result, error } = await run<Result>(...args)
  assert.ok(ok && result !== undefined, `${args.join(' ')}: ${JSON.stringify(error)}`)
  assert.equal(code, 0)
  return result
}

async function refused(...args: string[]): Promise<Failure> {
  const { code, ok, error } = await run(...args)
  assert.ok(!ok && error, args.join(' '))
  assert.notEqual(code, 0)
  return error
}

interface Database {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly region: string
}
interface Connection {
  readonly connection: { readonly id: string; readonly name: string }
  readonly connectionString: string
}

test('auth whoami', async () => {
  const who = await done<{ authenticated: boolean; verified: boolean; workspace: { id: string } }>(
    'auth',
    'whoami',
  )
  assert.deepEqual([who.authenticated, who.verified], [true, true])
  assert.equal(who.workspace.id, workspaceId.replace('wksp_', ''))
})

test('a project with a database, from its making to its end', async (t) => {
  const { project } = await done<{ project: { id: string; name: string } }>('project', 'create', 'demo')
  assert.equal(project.name, 'demo')
  const created = await done<Connection & { database: Database }>(
    ...['postgres', 'create', 'main-db', '--region', 'us-east-1'],
  )
  const { database, connectionString: live } = created
  assert.deepEqual([database.name, database.status, database.region], ['main-db', 'ready', 'us-east-1'])
  await query(live, 'create table kept as select 1 as n')

  await t.test('list, show, usage', async () => {
    const list = await done<{ count: number; databases: Database[] }>('postgres', 'list')
    assert.deepEqual([list.count, list.databases[0]?.id], [1, database.id])
    const shown = await done<{ database: Database; connections: { name: string }[] }>(
      ...['postgres', 'show', 'main-db'],
    )
    assert.equal(shown.database.id, database.id)
    assert.deepEqual(
      shown.connections.map(({ name }) => name),
      ['Default'],
    )
    const { metrics } = await done<{ metrics: Record<string, { unit: string }> }>(
      ...['postgres', 'usage', 'main-db'],
    )
    assert.deepEqual([metrics.operations?.unit, metrics.storage?.unit], ['ops', 'GiB'])
  })

  await t.test('connections: create, rotate, delete', async () => {
    const group = ['postgres', 'connection']
    const made = await done<Connection>(...group, 'create', 'main-db', '--name', 'ci')
    const { id } = made.connection
    assert.equal(await loginFault(made.connectionString), 'connected')
    const rotated = await done<Connection>(...group, 'rotate', id, '--confirm', id)
    assert.equal(rotated.connection.id, id)
    assert.equal(await loginFault(made.connectionString), '28P01')
    assert.equal(await loginFault(rotated.connectionString), 'connected')
    await done(...group, 'delete', id, '--confirm', id)
    assert.equal(await loginFault(rotated.connectionString), '28P01')
  })

  await t.test('backups: list and restore', async () => {
    const group = ['postgres', 'backup']
    assert.equal((await done<{ count: number }>(...group, 'list', 'main-db')).count, 0)
    const backupId = await takeBackup(bootstrap, database.id)
    const listed = await done<{ backups: { id: string; status: string }[]; retentionDays: number }>(
      ...group,
      'list',
      'main-db',
    )
    assert.deepEqual(
      listed.backups.map(({ id, status }) => [id, status]),
      [[backupId, 'completed']],
    )
    assert.equal(listed.retentionDays, 7)
    await query(live, 'insert into kept values (2)')
    await done(...group, 'restore', 'main-db', '--backup', backupId, '--confirm', database.id)
    const params = { path: { databaseId: database.id } }
    await waitUntil(
      async () => bodyOf(await api.GET('/v1/databases/{databaseId}', { params }), 200).data.status,
      (status) => status === 'ready',
    )
    assert.deepEqual(await query(live, 'select n from kept'), [{ n: 1 }])
  })

  await t.test('what is not there is named', async () => {
    const error = await refused('postgres', 'connection', 'delete', 'con_x', '--confirm', 'con_x')
    assert.equal(error.meta?.status, 404, JSON.stringify(error))
    assert.equal(error.meta?.apiCode, 'resource-not-found')
  })

  await t.test('delete of the database, then of the project', async () => {
    await done('postgres', 'delete', 'main-db', '--confirm', database.id)
    assert.equal((await done<{ count: number }>('postgres', 'list')).count, 0)
    const renamed = await done<{ project: { name: string } }>('project', 'rename', 'new-name')
    assert.equal(renamed.project.name, 'new-name')
    await done('project', 'delete', 'new-name', '--confirm', project.id)
    const params = { path: { id: project.id } }
    assert.equal((await api.GET('/v1/projects/{id}', { params })).response.status, 404)
  })
})

test('a transfer to another workspace', async () => {
  const { project } = await done<{ project: { id: string } }>('project', 'create', 'given-away')
  const transfer = (token: string) =>
    ['project', 'transfer', project.id, '--recipient-token', token, '--confirm', project.id] as const
  const rejected = await refused(...transfer('not.a.token'))
  assert.match(rejected.code, /TRANSFER_REJECTED/)
  await done(...transfer(other.token))
  const params = { path: { id: project.id } }
  const theirs = bodyOf(await other.api.GET('/v1/projects/{id}', { params }), 200).data
  assert.equal(theirs.workspace.id, other.workspaceId)
  assertDone(await other.api.DELETE('/v1/projects/{id}', { params }))
})

test('a session of a user: the CLI refreshes it at our token endpoint', async (t) => {
  const file = join(client.directory, '..', 'auth.json')
  const { accessToken, refreshToken } = await userTokens(croft, 'My Workspace')
  const bare = workspaceId.replace('wksp_', '')
  const session = {
    workspaceId: bare,
    name: 'My Workspace',
    token: `${accessToken.slice(0, -8)}AAAAAAAA`,
    refreshToken,
  }
  await writeFile(file, JSON.stringify({ version: 1, sessions: [session], currentWorkspaceId: bare }))
  const user = await newClient({
    PRISMA_MANAGEMENT_API_URL: bootstrap.url,
    PRISMA_AUTH_BASE_URL: bootstrap.url,
    PRISMA_AUTH_FILE: file,
  })
  t.after(() => user.remove())
  const { code, stdout, stderr } = await user.run('prisma-cli', 'project', 'list', '--json')
  assert.equal(code, 0, stdout + stderr)
  const kept = JSON.parse(await readFile(file, 'utf8'))
  assert.notEqual(kept.sessions[0].refreshToken, refreshToken, 'it keeps the successor')
})
