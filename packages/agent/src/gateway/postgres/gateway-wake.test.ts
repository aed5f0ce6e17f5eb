import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { dialGateway, login, startGateway, startupMessage, until } from '../../../test/gateway-fixture.ts'
import { type PostgresFixture, startPostgres } from '../../../test/postgres-fixture.ts'
import { AgentFault } from '../../fault.ts'

let postgres: PostgresFixture
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

test('a client is held until its server has woken', async (t) => {
  const { promise: woken, resolve: wake } = Promise.withResolvers<void>()
  const { gateway } = await startGateway(t, { endpoint: postgres.endpoint, wake: () => woken })
  const coming = login(t, gateway)
  await until(() => gateway.traffic('one').sessions === 1)
  wake()
  const client = await coming
  assert.equal((await client.query('select 1 as one')).rows[0].one, 1)
})

test('a client that leaves while its server wakes stops the waiting, and a late lease is given back', async (t) => {
  const { promise: woken, resolve: wake } = Promise.withResolvers<void>()
  let signal: AbortSignal | undefined
  const { gateway, leases, registry } = await startGateway(t, {
    endpoint: postgres.endpoint,
    wake: (given) => {
      signal = given
      return woken
    },
  })
  const { socket } = await dialGateway(t, gateway)
  socket.write(startupMessage({ user: 'tenant' }))
  await until(() => signal !== undefined)
  socket.destroy()
  await until(() => signal?.aborted === true)
  await until(() => gateway.traffic('one').sessions === 0)
  wake()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(leases, { held: 0, releasedTwice: 0 })
  assert.match(await registry.metrics(), /startups_total\{engine="postgres",outcome="client_gone"\} 1/)
})

test('a server that does not start is told with its reason', async (t) => {
  const { gateway, registry } = await startGateway(t, {
    endpoint: postgres.endpoint,
    wake: () => Promise.reject(new AgentFault('disk-full', 'The disk of this host is full.')),
  })
  await assert.rejects(login(t, gateway), {
    code: '57P03',
    message: 'the database cannot be reached now: The disk of this host is full.',
  })
  assert.match(await registry.metrics(), /startups_total\{engine="postgres",outcome="unavailable"\} 1/)
})

test('a fault of ours is told without its detail', async (t) => {
  const { gateway } = await startGateway(t, {
    endpoint: postgres.endpoint,
    wake: () => Promise.reject(new Error('secret path')),
  })
  await assert.rejects(login(t, gateway), { code: '57P03', message: 'the database cannot be reached now' })
})

test('waiting has an end', async (t) => {
  const { gateway } = await startGateway(t, {
    endpoint: postgres.endpoint,
    wake: () => new Promise(() => {}),
    limits: { wakeMs: 50 },
  })
  await assert.rejects(login(t, gateway), { code: '57P03', message: /did not start within/ })
})

test('a server that has just gone is woken again', async (t) => {
  let wakes = 0
  const endpoint = { path: `${postgres.endpoint.path}.later` }
  const { gateway, leases } = await startGateway(t, {
    endpoint,
    wake: async () => {
      wakes += 1
      if (wakes === 3) endpoint.path = postgres.endpoint.path
    },
  })
  const client = await login(t, gateway)
  assert.equal(wakes, 3)
  await client.end()
  await until(() => leases.held === 0)
})

test('a login that never ends is ended', async (t) => {
  const { gateway, leases } = await startGateway(t, {
    endpoint: postgres.endpoint,
    limits: { authenticationMs: 100 },
  })
  const { socket, said, closed } = await dialGateway(t, gateway)
  socket.write(startupMessage({ user: 'tenant' }))
  await closed
  assert.match(said().toString(), /canceling authentication due to timeout/)
  await until(() => leases.held === 0)
})

test('a start that never ends is ended, and does not keep others out for long', async (t) => {
  const { gateway } = await startGateway(t, {
    endpoint: postgres.endpoint,
    limits: { startupMs: 300, pendingStartups: 4, pendingStartupsPerAddress: 4 },
  })
  const slow = await Promise.all(Array.from({ length: 4 }, () => dialGateway(t, gateway)))
  for (const { socket } of slow) socket.write(Uint8Array.of(0, 0))
  const { said, closed } = await dialGateway(t, gateway)
  await closed
  assert.match(said().toString(), /53300\0Mtoo many connections are starting/)
  await Promise.all(slow.map((connection) => connection.closed))
  assert.match(slow[0]?.said().toString() ?? '', /no login came in time/)
  await login(t, gateway)
})

test('a server that closes before it has said anything is told', async (t) => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const { gateway, leases } = await startGateway(t, {
    endpoint: { host: '127.0.0.1', port: address.port },
  })
  await assert.rejects(login(t, gateway), { code: '08006' })
  await until(() => leases.held === 0)
})
