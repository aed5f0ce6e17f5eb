import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Client } from 'pg'
import { dialGateway, login, startGateway, until } from '../../../test/gateway-fixture.ts'
import { type PostgresFixture, startPostgres } from '../../../test/postgres-fixture.ts'

let postgres: PostgresFixture
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

/** The message with which a client was ended. */
function ending(client: Client): Promise<Error & { code?: string }> {
  return new Promise((resolve) => client.once('error', resolve))
}

/** Statements that run on the server now, by anyone but the asker. */
async function running(client: Client): Promise<number> {
  const { rows } = await client.query(
    `select count(*)::int as n from pg_stat_activity where state = 'active' and pid <> pg_backend_pid()
     and backend_type = 'client backend'`,
  )
  return rows[0].n
}

test('a cancel request reaches the server that issued its key', async (t) => {
  const { gateway } = await startGateway(t, postgres)
  const client = await login(t, gateway)
  const other = await login(t, gateway)
  const { rows } = await client.query('select pg_backend_pid() as pid')
  const sleeping = assert.rejects(client.query('select pg_sleep(60)'), { code: '57014' })
  await until(async () => (await running(other)) === 1)
  const { processID, secretKey } = client as Client & { processID: number; secretKey: number }
  assert.equal(processID, rows[0].pid)
  const packet = Buffer.alloc(16)
  for (const [index, word] of [16, 80877102, processID, secretKey].entries())
    packet.writeInt32BE(word, index * 4)
  const { socket, said, closed } = await dialGateway(t, gateway)
  socket.write(packet)
  await closed
  assert.equal(said().length, 0)
  await sleeping
  assert.equal((await client.query('select 1 as one')).rows[0].one, 1)
})

test('closeSessions ends the sessions of one login with the reason, and their statements with them', async (t) => {
  const { gateway, leases } = await startGateway(t, postgres)
  const idle = await login(t, gateway)
  const busy = await login(t, gateway)
  const ended = [ending(idle), ending(busy)]
  const sleeping = assert.rejects(busy.query('select pg_sleep(60)'))
  await until(async () => (await running(idle)) === 1)
  await gateway.closeSessions('one', 'not you', 'somebody')
  await gateway.closeSessions('two', 'not here')
  assert.equal(gateway.traffic('one').sessions, 2)
  await gateway.closeSessions('one', 'the credential was rotated', 'tenant')
  assert.deepEqual(gateway.traffic('one').sessions, 0)
  assert.equal((await ended[0])?.code, '57P01')
  assert.match(
    (await ended[0])?.message ?? '',
    /^terminating connection due to administrator command: the credential was rotated$/,
  )
  await sleeping
  assert.deepEqual(leases, { held: 0, releasedTwice: 0 })
  const later = await login(t, gateway)
  await until(async () => (await running(later)) === 0)
})

test('draining ends who is idle at once, and lets statements and transactions end first', async (t) => {
  const { gateway } = await startGateway(t, postgres)
  const idle = await login(t, gateway)
  const open = await login(t, gateway)
  const busy = await login(t, gateway)
  const idleEnded = ending(idle)
  const openEnded = ending(open)
  const busyEnded = ending(busy)
  await open.query('begin')
  await open.query('create table kept (n int)')
  const statement = busy.query('select pg_sleep(0.3), 7 as seven')
  await until(async () => (await running(idle)) === 1)
  const drained = gateway.drain(20_000)
  assert.equal((await idleEnded).name, 'error')
  await assert.rejects(login(t, gateway), { code: 'ECONNREFUSED' })
  assert.equal((await statement).rows[0].seven, 7)
  await busyEnded
  await open.query('insert into kept values (1)')
  await open.query('commit')
  assert.match((await openEnded).message, /shutting down/)
  await drained
})

test('draining does not wait longer than it was told', async (t) => {
  const { gateway, leases } = await startGateway(t, postgres)
  const client = await login(t, gateway)
  const sleeping = assert.rejects(client.query('select pg_sleep(60)'), { code: '57P01' })
  await gateway.drain(50)
  await sleeping
  assert.equal(leases.held, 0)
})

test('a session that a drain finds waking is told to come again', async (t) => {
  const { gateway } = await startGateway(t, {
    endpoint: postgres.endpoint,
    wake: () => new Promise(() => {}),
  })
  const coming = assert.rejects(login(t, gateway), { code: '57P01' })
  await until(() => gateway.traffic('one').sessions === 1)
  await gateway.drain(0)
  await coming
})

test('when the server dies its clients are told in the protocol', async (t) => {
  const doomed = await startPostgres()
  t.after(() => doomed.stop())
  const { gateway, leases } = await startGateway(t, doomed)
  const client = await login(t, gateway)
  const ended = ending(client)
  await doomed.kill()
  assert.match((await ended).message, /terminating connection|closed the connection unexpectedly/)
  assert.match((await ended).name, /error/)
  await until(() => leases.held === 0)
  assert.equal(gateway.traffic('one').sessions, 0)
})
