import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, type TestContext, test } from 'node:test'
import { type Connection, type ConnectionOptions, createConnection, type RowDataPacket } from 'mysql2/promise'
import { type EngineServer, startEngineServer } from '../../../test/engine-server.ts'
import { startGateway, until } from '../../../test/gateway-fixture.ts'
import { mariadbFixture } from '../../engines/mariadb/contract-fixture.ts'
import { createMariadbEngine } from '../../engines/mariadb/mariadb-engine.ts'
import { createMariadbProtocol } from './mariadb-protocol.ts'

let server: EngineServer
before(async () => {
  server = await startEngineServer(createMariadbEngine, mariadbFixture)
})
after(() => server?.stop())

const begin = (t: TestContext) =>
  startGateway(t, { endpoint: server.endpoint, protocol: createMariadbProtocol() })

async function login(t: TestContext, port: number, options: ConnectionOptions = {}): Promise<Connection> {
  const client = await createConnection({
    host: '127.0.0.1',
    port,
    user: 'tenant',
    password: 'correct horse',
    database: 'main',
    ...options,
  })
  client.on('error', () => {})
  t.after(() => client.destroy())
  return client
}

/** The message with which a client was ended. */
function ending(client: Connection): Promise<Error & { errno?: number }> {
  return new Promise((resolve) => client.once('error', resolve))
}

test('mysql2 logs in, in clear and by TLS with the certificate checked, and uses all that a session has', async (t) => {
  const { gateway, caFile, leases } = await begin(t)
  const ca = readFileSync(caFile, 'utf8')
  const ways: ConnectionOptions[] = [{}, { ssl: { ca } }]
  for (const way of ways) {
    const client = await login(t, gateway.port, { ...way, multipleStatements: true })
    const [[who]] = await client.query<RowDataPacket[]>('select current_user() as name, database() as place')
    assert.deepEqual({ ...who }, { name: 'tenant@%', place: 'main' })
    const [results] = await client.query<RowDataPacket[][]>('select 1 as a; do 1; select 2 as b')
    assert.equal(results.length, 3)
    const [[sum]] = await client.execute<RowDataPacket[]>('select ? + ? as sum', [3, 4])
    assert.equal(sum?.sum, 7)
    await client.query('create or replace table kept (n int, content longtext)')
    await client.query('insert into kept values (1, ?)', ['x'.repeat(3_000_000)])
    const [[size]] = await client.query<RowDataPacket[]>('select length(content) as size, content from kept')
    assert.equal(size?.size, 3_000_000)
    await client.changeUser({ user: 'tenant', password: 'correct horse', database: 'main' })
    const local = {
      sql: "load data local infile '/etc/hostname' into table kept",
      infileStreamFactory: noFile,
    }
    await assert.rejects(client.query(local))
    assert.equal(gateway.traffic('one').sessions, 1)
    await client.end()
    await until(() => gateway.traffic('one').sessions === 0)
  }
  assert.deepEqual(leases, { held: 0, releasedTwice: 0 })
})

function noFile(): never {
  throw new Error('the server asked for a file')
}

test('a wrong password and an unknown user read the same; other refusals are the server’s', async (t) => {
  const { gateway, leases, registry } = await begin(t)
  const denied = { errno: 1045, sqlState: '28000' }
  const text = /^Access denied for user '\w+'@'localhost' \(using password: YES\)$/
  await assert.rejects(login(t, gateway.port, { password: 'wrong' }), { ...denied, message: text })
  await assert.rejects(login(t, gateway.port, { user: 'stranger' }), { ...denied, message: text })
  await assert.rejects(login(t, gateway.port, { database: 'mysql' }), { errno: 1044 })
  await until(() => leases.held === 0)
  const metrics = await registry.metrics()
  assert.match(metrics, /startups_total\{engine="mariadb",outcome="login_failed"\} 2/)
  assert.match(metrics, /startups_total\{engine="mariadb",outcome="unknown_user"\} 1/)
})

test('a client by TLS reads refusals as well', async (t) => {
  const { gateway, caFile } = await begin(t)
  const ssl = { ca: readFileSync(caFile, 'utf8') }
  await assert.rejects(login(t, gateway.port, { ssl, password: 'wrong' }), { errno: 1045 })
  await assert.rejects(login(t, gateway.port, { ssl, user: 'stranger' }), { errno: 1045 })
})

test('closeSessions ends sessions with the reason, in the middle of a statement too', async (t) => {
  const { gateway, leases } = await begin(t)
  const idle = await login(t, gateway.port)
  const busy = await login(t, gateway.port)
  const idleEnded = ending(idle)
  const sleeping = assert.rejects(busy.query('select sleep(60)'), { errno: 1927, message: /rotated/ })
  await new Promise((resolve) => setTimeout(resolve, 100))
  await gateway.closeSessions('one', 'not you', 'somebody')
  assert.equal(gateway.traffic('one').sessions, 2)
  await gateway.closeSessions('one', 'the credential was rotated', 'tenant')
  await sleeping
  assert.match((await idleEnded).message, /the credential was rotated/)
  await until(() => leases.held === 0)
})

test('draining ends who is idle at once, and lets statements and transactions end first', async (t) => {
  const { gateway } = await begin(t)
  const [idle, open, busy] = [
    await login(t, gateway.port),
    await login(t, gateway.port),
    await login(t, gateway.port),
  ]
  const idleEnded = ending(idle)
  const openEnded = ending(open)
  await open.query('create or replace table drained (n int)')
  await open.beginTransaction()
  await open.query('insert into drained values (1)')
  const statement = busy.query<RowDataPacket[]>('select sleep(0.5), 7 as seven')
  await new Promise((resolve) => setTimeout(resolve, 100))
  const drained = gateway.drain(20_000)
  await idleEnded
  const [[row]] = await statement
  assert.equal(row?.seven, 7)
  await open.query('insert into drained values (2)')
  await open.commit()
  assert.match((await openEnded).message, /shutting down/)
  await drained
})

test('when the server dies its clients are told in the protocol', async (t) => {
  const doomed = await startEngineServer(createMariadbEngine, mariadbFixture)
  t.after(() => doomed.stop())
  const { gateway, leases } = await startGateway(t, {
    endpoint: doomed.endpoint,
    protocol: createMariadbProtocol(),
  })
  const client = await login(t, gateway.port)
  const ended = ending(client)
  await doomed.kill()
  assert.match((await ended).message, /closed the connection unexpectedly|Connection lost/)
  await until(() => leases.held === 0)
})
