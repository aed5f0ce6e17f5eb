import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { DesiredInstance } from '@croft/protocol'
import { createTestUser } from '../../../test/access.ts'
import { createPlatform } from '../../../test/platform.ts'
import { obedient, serving, until } from '../../../test/scripted-agent.ts'
import { CroftError, type ErrorCode } from '../../platform/errors/index.ts'
import type { CreateDatabaseInput } from './create-database.ts'

const MARIADB = { engine: 'mariadb', version: '10.11', installed: true }
const REDIS = { engine: 'redis', version: '7.0', installed: true }
const POSTGRES = { engine: 'postgres', version: '18', installed: true }
const PORT = 7501
const gatewayOf = (engine: string, port: number) => ({ engine, host: 'h', port, sslmode: 'disable' as const })

const withPort = (wanted: DesiredInstance) => {
  const observed = obedient(wanted)
  return wanted.ownPort && wanted.presence === 'present' ? { ...observed, port: PORT } : observed
}

const fails = (code: ErrorCode, said?: RegExp) => (error: unknown) =>
  error instanceof CroftError && error.code === code && (said?.test(error.message) ?? true)

/** A platform whose host serves what it is asked to. No job runs, so databases are made ready by hand. */
async function start(t: TestContext) {
  const platform = await createPlatform(t)
  const { domain, system, workspaces } = platform
  const agent = await platform.agent({
    behave: withPort,
    engines: [POSTGRES, MARIADB, REDIS],
    gateways: [gatewayOf('mariadb', 7433), gatewayOf('redis', 7434)],
  })
  const { project } = await domain.projects.createProject(system, {
    workspaceId: workspaces[0].id,
    name: 'shop',
    database: false,
  })
  let names = 0
  async function create(input: Partial<CreateDatabaseInput> = {}) {
    const wish = { projectId: project.id, name: `shop${++names}`, ...input }
    const made = await domain.databases.createDatabase(system, wish)
    await platform.db
      .updateTable('databases')
      .set({ state: 'ready', ready_at: new Date() })
      .where('id', '=', made.database.id)
      .execute()
    const { id: instanceId } = await platform.db
      .selectFrom('instances')
      .select('id')
      .where('database_id', '=', made.database.id)
      .executeTakeFirstOrThrow()
    return { ...made, id: made.database.id, wish: () => until(() => agent.wanted.get(instanceId)) }
  }
  return { platform, domain, system, agent, project, create }
}

test('a login whose name was chosen is found at the database’s own port, others at the gateway', async (t) => {
  const { domain, system, create } = await start(t)
  const { id, credential, wish } = await create({
    engine: 'mariadb',
    databaseName: 'my_shop',
    firstUser: 'u_my_shop',
    passwordStyle: 'short',
  })
  const wanted = await wish()
  assert.equal(wanted.databaseName, 'my_shop')
  assert.equal(wanted.ownPort, true)
  assert.deepEqual(
    wanted.roles.map(({ name, chosen }) => [name, chosen]),
    [['u_my_shop', true]],
  )
  assert.match(wanted.roles[0]?.verifier ?? '', /^\*[0-9A-F]{40}$/)
  assert.match(credential.password, /^[a-km-zA-HJ-NP-Z2-9]{10}$/)
  const database = await until(async () => {
    const now = await domain.databases.getDatabase(system, id)
    return now.ownPort === null ? undefined : now
  })
  assert.equal(database.address?.port, 7433)
  assert.deepEqual(database.ownAddress, { host: 'h', port: PORT, sslmode: 'disable' })
  const shown = await domain.databases.showCredential(system, credential.id)
  assert.equal(shown.connectionString, `mysql://u_my_shop:${credential.password}@h:${PORT}/my_shop`)
  const random = await domain.databases.createCredential(system, { databaseId: id, name: 'app' })
  assert.match(random.connectionString ?? '', /^mysql:\/\/[a-z0-9]{24}:sk_\w{32}@h:7433\/my_shop$/)
  assert.deepEqual(
    (await wish()).roles.map(({ chosen }) => chosen),
    [true, undefined],
  )
})

test('the address of a login is unknown until its port stands, and no login is tried before', async (t) => {
  const { platform, domain, system, agent } = await start(t)
  agent.leave()
  const { project } = await domain.projects.createProject(system, {
    workspaceId: platform.workspaces[0].id,
    name: 'p',
    database: false,
  })
  const { database, credential } = await domain.databases.createDatabase(system, {
    projectId: project.id,
    engine: 'redis',
    firstUser: 'u_x',
    databaseName: 'x',
  })
  assert.equal(credential.address, null)
  assert.equal(credential.connectionString, null)
  assert.equal(database.ownPort, null)
  assert.equal(database.databaseName, '0')
  await platform.work()
  const later = await platform.agent({
    engines: [REDIS],
    gateways: [gatewayOf('redis', 7434)],
  })
  const [wanted] = await until(() => (later.wanted.size > 0 ? [...later.wanted.values()] : undefined))
  assert.ok(wanted)
  await later.report({ observed: [serving(wanted)] })
  const fault = await until(async () => {
    const { rows } = await platform.pool.query<{ last_error: string }>(
      `select last_error from graphile_worker.jobs
        where task_identifier = 'reconcile-database' and last_error is not null`,
    )
    return rows[0]?.last_error
  })
  assert.match(fault, /has not said where redis listens/)
})

test('a chosen name is of one login of the database, and none that the engine keeps to itself', async (t) => {
  const { domain, system, create } = await start(t)
  const { id } = await create({ engine: 'mariadb', firstUser: 'u_shop' })
  const { id: other, wish } = await create({ engine: 'postgres' })
  const add = (databaseId: string, user: string) =>
    domain.databases.createCredential(system, { databaseId, name: user, user })
  await assert.rejects(add(id, 'u_shop'), fails('name-taken'))
  await assert.rejects(add(id, 'root'), fails('invalid-input', /reserved user name of MariaDB/))
  await assert.rejects(add(id, 'a'.repeat(33)), fails('invalid-input', /at most 32 characters \(it has 33\)/))
  await assert.rejects(add(other, 'pg_shop'), fails('invalid-input', /reserved user name of PostgreSQL/))
  await assert.rejects(add(other, 'croft_agent'), fails('invalid-input'))
  await assert.rejects(add(other, 'O’Brien'), fails('invalid-input', /characters a to z/))
  assert.equal((await wish()).ownPort, undefined)
  const made = await add(other, 'u_shop')
  assert.match(
    made.connectionString ?? '',
    new RegExp(`^postgres://u_shop:sk_\\w+@h:${PORT}/postgres`.replace('@h', '@127.0.0.1')),
  )
  assert.equal((await wish()).ownPort, true)
  await domain.databases.deleteCredential(system, made.id)
  await add(other, 'u_shop')
  const names = await Promise.allSettled(['u_race', 'u_race'].map((user) => add(other, user)))
  assert.deepEqual(names.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('a rotated password is of the style of the one before', async (t) => {
  const { domain, system, create } = await start(t)
  const short = await create({ engine: 'redis', firstUser: 'u_a', passwordStyle: 'short' })
  const long = await create({ engine: 'redis' })
  const rotate = ({ credential }: typeof short) => domain.databases.rotateCredential(system, credential.id)
  const [a, b] = [await rotate(short), await rotate(long)]
  assert.equal(a.password.length, 10)
  assert.notEqual(a.password, short.credential.password)
  assert.match(b.password, /^sk_\w{32}$/)
  assert.match((await long.wish()).roles[0]?.verifier ?? '', /^[0-9a-f]{64}$/)
})

test('who may not change a login is not shown its password', async (t) => {
  const { platform, domain, create } = await start(t)
  const { credential } = await create()
  const [{ id }] = platform.workspaces
  const scope = { type: 'workspace', id } as const
  const reader = await createTestUser(platform, 'reader@example.com', 'workspace-reader', scope)
  const editor = await createTestUser(platform, 'editor@example.com', 'workspace-editor', scope)
  await domain.databases.getCredential(reader.call, credential.id)
  await assert.rejects(domain.databases.showCredential(reader.call, credential.id), fails('forbidden'))
  const shown = await domain.databases.showCredential(editor.call, credential.id)
  assert.equal(shown.password, credential.password)
})

test('names of databases are the engine’s to take', async (t) => {
  const { create } = await start(t)
  const make = (engine: string, databaseName: string) => create({ engine, databaseName })
  await assert.rejects(make('mariadb', 'mysql'), fails('invalid-input', /mysql is a reserved database name/))
  // MariaDB keeps its files where the directories of its databases are.
  await assert.rejects(make('mariadb', 'ibdata1'), fails('invalid-input', /ibdata1 is a reserved/))
  await assert.rejects(make('postgres', 'template1'), fails('invalid-input'))
  await assert.rejects(make('postgres', 'a'.repeat(64)), fails('invalid-input', /at most 63/))
  await assert.rejects(make('mariadb', 'a-b'), fails('invalid-input'))
  assert.equal((await make('postgres', 'postgres')).database.databaseName, 'postgres')
  assert.equal((await make('postgres', 'mysql')).database.databaseName, 'mysql')
})

test('a name in an environment is given once, however many ask for it at one time', async (t) => {
  const { platform, domain, system, create, project } = await start(t)
  const { id: environmentId } = await platform.db
    .selectFrom('environments')
    .select('id')
    .where('name', '=', 'dev')
    .executeTakeFirstOrThrow()
  const elsewhere = await domain.projects.createProject(system, {
    workspaceId: platform.workspaces[0].id,
    name: 'other',
    database: false,
  })
  const unique = { name: 'mine', environmentId, uniqueIn: 'environment' } as const
  const made = await Promise.allSettled(
    [project.id, elsewhere.project.id].map((projectId) => create({ ...unique, projectId })),
  )
  assert.deepEqual(made.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  const [, prod] = await platform.db.selectFrom('environments').select('id').orderBy('id').execute()
  await create({ ...unique, environmentId: prod?.id })
  // Who does not ask for it may have the name as well.
  await create({ ...unique, uniqueIn: undefined })
})

test('copies are of the engine and the database name of their source', async (t) => {
  const { domain, system, create } = await start(t)
  const source = await create({ engine: 'mariadb', databaseName: 'one', firstUser: 'u_one' })
  const from = { type: 'database', databaseId: source.id } as const
  const copy = await create({ source: from })
  assert.deepEqual([copy.database.engine, copy.database.databaseName], ['mariadb', 'one'])
  assert.equal(copy.credential.chosen, false)
  await assert.rejects(create({ source: from, engine: 'postgres' }), fails('invalid-input', /engine/))
  await assert.rejects(create({ source: from, databaseName: 'two' }), fails('invalid-input', /database name/))
  const other = await create({ engine: 'mariadb', databaseName: 'two' })
  const restore = domain.databases.restoreDatabase(system, other.id, from)
  await assert.rejects(restore, fails('backup-not-restorable', /called one in the source, and two here/))
})

test('what an engine has no archive for is said to be so', async (t) => {
  const { domain, system, create } = await start(t)
  const { id, wish } = await create({ engine: 'mariadb' })
  assert.equal((await wish()).archive, undefined)
  const policy = await domain.backups.getPolicy(system, id)
  assert.equal(policy.archive, false)
  assert.deepEqual(await domain.backups.setPolicy(system, { ...policy, retentionDays: 3 }), {
    ...policy,
    retentionDays: 3,
  })
  const archived = domain.backups.setPolicy(system, { ...policy, archive: true })
  await assert.rejects(archived, fails('invalid-input', /changes of a MariaDB database cannot be archived/))
  const at = new Date().toISOString()
  const past = domain.databases.restoreDatabase(system, id, { type: 'database', databaseId: id, at })
  await assert.rejects(
    past,
    fails('point-outside-window', /restored to its backups, not to moments in between/),
  )
  const point = domain.recovery.createPoint(system, { databaseId: id, name: 'p' })
  await assert.rejects(point, fails('invalid-input', /no restore points/))
  const database = await domain.databases.getDatabase(system, id)
  const safety = (await domain.recovery.describeDatabases([database])).get(id)
  assert.deepEqual(safety, { recovery: null, warnings: [] })
})
