import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type pg from 'pg'
import { makeTestHost, quiet, type TestHost } from '../../../test/host-fixture.ts'
import type { Server } from '../engine.ts'
import { createEngines } from '../registry.ts'
import { login, scramRole } from './contract-fixture.ts'

const resources = { size: 'nano', memoryMb: 256, settings: { shared_buffers: '8MB', max_connections: '30' } }
const ada = scramRole('ada "the" first', 'one')
const bob = scramRole('bob', 'two')

let host: TestHost
let server: Server
let directory: string
const start = async () => {
  const engine = createEngines({ storageRoot: host.root, runAs: host.runAs, log: quiet }).get('postgres')
  if (!engine) throw new Error('the engine is registered')
  if (!server) await engine.initialize('18', directory)
  const runtimeDirectory = await host.socketDirectory()
  server = await engine.start({ version: '18', directory, runtimeDirectory, resources, log: quiet })
  await server.applyRoles([ada, bob], 20)
}
before(async () => {
  host = await makeTestHost()
  directory = join(host.root, 'data', '0')
  await start()
})
after(async () => {
  await server.stop('immediate')
  await host.remove()
})

async function as<Result>(
  [name, password]: readonly [string, string],
  database: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = await login(server.endpoint, name, password, database)
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
const asAda = [ada.name, 'one'] as const
const asBob = [bob.name, 'two'] as const

test('a credential may make databases, schemas and safe extensions', async () => {
  await as(asAda, 'postgres', async (client) => {
    await client.query('CREATE DATABASE shadow')
    await client.query('CREATE DATABASE from_nothing TEMPLATE template0')
    for (const extension of ['pg_trgm', 'hstore', 'pgcrypto'])
      await client.query(`CREATE EXTENSION ${extension}`)
    await client.query('DROP SCHEMA public CASCADE')
    await client.query('CREATE SCHEMA public')
    await client.query('CREATE SCHEMA other CREATE TABLE things (id int)')
    await client.query("CREATE TABLE sorted (word text); INSERT INTO sorted VALUES ('ä'), ('Z'), ('a')")
    const { rows } = await client.query('SELECT upper(word) AS word FROM sorted ORDER BY sorted.word')
    assert.deepEqual(
      rows.map((row: { word: string }) => row.word),
      ['Z', 'A', 'Ä'],
    )
    const checksums = await client.query('SHOW data_checksums')
    assert.equal(checksums.rows[0]?.data_checksums, 'on')
  })
  await as(asBob, 'shadow', (client) => client.query('CREATE TABLE t (id int)'))
  await as(asBob, 'postgres', async (client) => {
    await client.query('INSERT INTO other.things VALUES (1)')
    await client.query('DROP DATABASE shadow')
  })
})

test('a credential is no superuser and gets at nothing that is not its tenant’s', async () => {
  const forbidden = [
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('postgresql.conf')",
    'SELECT rolpassword FROM pg_authid',
    'CREATE ROLE eve LOGIN',
    'ALTER ROLE croft_owner SUPERUSER',
    'GRANT pg_read_server_files TO croft_owner',
    'DROP DATABASE croft',
    'ALTER DATABASE postgres RENAME TO mine',
    'CREATE EXTENSION pg_stat_statements',
    'CREATE EXTENSION file_fdw',
    'SET ROLE croft_agent',
    'SET SESSION AUTHORIZATION croft_agent',
    'SET log_min_messages = debug5',
    "CREATE SUBSCRIPTION s CONNECTION 'host=/tmp' PUBLICATION p",
    'CREATE EVENT TRIGGER e ON login EXECUTE FUNCTION f()',
  ]
  await as(asAda, 'postgres', async (client) => {
    for (const statement of forbidden)
      await assert.rejects(client.query(statement), { code: '42501' }, statement)
    await assert.rejects(client.query('ALTER SYSTEM SET fsync = off'), /not allowed|denied/)
  })
  await as(asAda, 'from_nothing', (client) =>
    assert.rejects(client.query('DROP DATABASE postgres'), /must be owner/),
  )
  for (const database of ['croft', 'template1']) {
    await assert.rejects(
      as(asAda, database, async () => {}),
      database,
    )
  }
})

test('what a credential made as itself, and what hinders the agent, does not keep it', async () => {
  await as(asBob, 'postgres', (client) => client.query('CREATE DATABASE trap'))
  await as(asBob, 'trap', async (client) => {
    await client.query('GRANT ALL ON SCHEMA public TO bob')
    await client.query('SET ROLE NONE; CREATE TABLE own (id int); INSERT INTO own VALUES (7)')
    await client.query(`ALTER ROLE bob SET search_path = 'nowhere'`)
    await client.query('RESET ROLE')
    for (const setting of [
      "role = 'croft_owner'",
      'default_transaction_read_only = on',
      'statement_timeout = 1',
    ]) {
      await client.query(`ALTER DATABASE trap SET ${setting}`)
    }
  })
  await as(asAda, 'postgres', (client) => client.query('ALTER DATABASE trap ALLOW_CONNECTIONS false'))
  await server.applyRoles([ada], 20)
  await as(asAda, 'postgres', async (client) => {
    const { rows } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'bob'")
    assert.equal(rows.length, 0)
    await client.query('ALTER DATABASE trap ALLOW_CONNECTIONS true')
    await client.query('ALTER DATABASE trap RESET ALL')
  })
  const { rows } = await as(asAda, 'trap', (client) => client.query('SELECT id FROM own'))
  assert.deepEqual(rows, [{ id: 7 }])
  await server.applyRoles([ada, bob], 20)
})

test('a password that a tenant changes himself is put right by the next apply', async () => {
  await as(asBob, 'postgres', (client) =>
    client.query("SET ROLE NONE; ALTER ROLE bob PASSWORD 'mine'; RESET ROLE"),
  )
  await server.applyRoles([ada, bob], 20)
  await as(asBob, 'postgres', async () => {})
})

test('configuration that came with the data, and a lock of a process id reused, do not matter', async () => {
  await server.stop('fast')
  await writeFile(join(directory, 'postgresql.auto.conf'), "archive_command = 'touch /tmp/x'\nrubbish")
  await writeFile(join(directory, 'pg_hba.conf'), 'local all all trust\n')
  const other = process.pid
  const lock = [
    other,
    directory,
    Math.floor(Date.now() / 1000),
    5432,
    host.root,
    '',
    '     1234567         0',
    'ready',
  ]
  await writeFile(join(directory, 'postmaster.pid'), `${lock.join('\n')}\n`)
  await start()
  await assert.rejects(
    as([ada.name, 'wrong'], 'postgres', async () => {}),
    /password authentication failed/,
  )
  assert.doesNotMatch(await readFile(join(directory, 'postgresql.auto.conf'), 'utf8'), /archive/)
  assert.ok(process.kill(other, 0))
})

test('a socket directory with quotes, commas and spaces will do', async () => {
  await server.stop('fast')
  const runtimeDirectory = join(host.root, `a, "b' c`)
  await mkdir(runtimeDirectory)
  const engine = createEngines({ storageRoot: host.root, runAs: host.runAs, log: quiet }).get('postgres')
  assert.ok(engine)
  server = await engine.start({ version: '18', directory, runtimeDirectory, resources, log: quiet })
  await as(asAda, 'postgres', async () => {})
})

test("a database of another name is made once, and is the tenants'", async () => {
  for (let time = 0; time < 2; time++) await server.applyRoles([ada, bob], 20, 'shop_2')
  await as(asAda, 'shop_2', async (client) => {
    await client.query('CREATE TABLE orders (id int)')
    await client.query('CREATE SCHEMA more')
  })
  await as(asBob, 'shop_2', (client) => client.query('INSERT INTO orders VALUES (1)'))
  await as(asAda, 'postgres', (client) => client.query('DROP DATABASE shop_2'))
  await server.applyRoles([ada, bob], 20, 'shop_2')
  await as(asBob, 'shop_2', (client) => client.query('CREATE TABLE orders (id int)'))
  for (const name of ['croft', 'template1', 'Shop', 'a-b', '"', '']) {
    await assert.rejects(server.applyRoles([ada, bob], 20, name), /cannot be named/)
  }
})
