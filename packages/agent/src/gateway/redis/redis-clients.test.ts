import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { after, before, type TestContext, test } from 'node:test'
import { Redis } from 'ioredis'
import { type EngineServer, startEngineServer } from '../../../test/engine-server.ts'
import { startGateway, until } from '../../../test/gateway-fixture.ts'
import { redisFixture } from '../../engines/redis/contract-fixture.ts'
import { createRedisEngine } from '../../engines/redis/redis-engine.ts'
import { createRedisProtocol } from './redis-protocol.ts'

let server: EngineServer
before(async () => {
  server = await startEngineServer(createRedisEngine, redisFixture)
})
after(() => server?.stop())

const begin = (t: TestContext) =>
  startGateway(t, { endpoint: server.endpoint, protocol: createRedisProtocol() })

interface Login {
  readonly password?: string
  readonly tls?: { readonly ca: Buffer }
}

/** ioredis would connect again by itself. */
const NEVER_AGAIN = { retryStrategy: () => null }

async function login(t: TestContext, port: number, options: Login = {}): Promise<Redis> {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    username: 'tenant',
    password: 'correct horse',
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    ...NEVER_AGAIN,
    ...options,
  })
  client.on('error', () => {})
  t.after(() => client.disconnect())
  await client.connect()
  return client
}

test('ioredis logs in, in clear and by TLS, and uses all that a session has', async (t) => {
  const { gateway, caFile, leases } = await begin(t)
  for (const tls of [undefined, { ca: readFileSync(caFile) }]) {
    const client = await login(t, gateway.port, tls ? { tls } : {})
    assert.equal(await client.acl('WHOAMI'), 'tenant')
    const big = Buffer.alloc(3_000_000, 7)
    await client.set('big', big)
    assert.ok((await client.getBuffer('big'))?.equals(big))
    const found = await client.multi().incr('n').hset('h', 'a', 1).hgetall('h').exec()
    assert.equal(found?.length, 3)
    const pipelined = client.pipeline()
    for (let n = 0; n < 500; n += 1) pipelined.rpush('list', n)
    await pipelined.exec()
    assert.equal((await client.lrange('list', 0, -1)).length, 500)
    await client.del('list')
    const listener = await login(t, gateway.port, tls ? { tls } : {})
    const heard = once(listener, 'message')
    await listener.subscribe('news')
    await client.publish('news', 'good')
    assert.deepEqual(await heard, ['news', 'good'])
    for (const one of [client, listener]) await one.quit()
    await until(() => gateway.traffic('one').sessions === 0)
  }
  assert.equal(leases.held, 0)
})

test('a URL without a user works on a port of its own', async (t) => {
  const { gateway, routes } = await begin(t)
  const { port } = await gateway.openPort(0, routes)
  const client = new Redis(`redis://:correct%20horse@127.0.0.1:${port}`, NEVER_AGAIN)
  client.on('error', () => {})
  t.after(() => client.disconnect())
  assert.equal(await client.acl('WHOAMI'), 'tenant')
})

test('a wrong password is refused by the server, and no session stays', async (t) => {
  const { gateway, leases } = await begin(t)
  const client = await login(t, gateway.port, { password: 'wrong' }).catch((error: Error) => error)
  const error = client instanceof Error ? client : await client.ping().catch((refused: Error) => refused)
  assert.match(String(error), /WRONGPASS|NOAUTH|closed/)
  await until(() => leases.held === 0)
})

test('closeSessions ends sessions of one login, blocked ones too', async (t) => {
  const { gateway, leases } = await begin(t)
  const client = await login(t, gateway.port)
  const ended = once(client, 'end')
  const blocked = assert.rejects(client.blpop('nothing', 0))
  await until(() => gateway.traffic('one').sessions === 1)
  await gateway.closeSessions('one', 'the credential was rotated', 'tenant')
  await Promise.all([ended, blocked])
  await until(() => leases.held === 0)
})

test('a changed password ends its session through the server', async (t) => {
  const { gateway } = await begin(t)
  const client = await login(t, gateway.port)
  const ended = once(client, 'end')
  await server.setRoles([server.role('tenant', 'another')])
  await ended
  await server.setRoles([server.role('tenant', 'correct horse')])
  assert.equal(await (await login(t, gateway.port)).ping(), 'PONG')
})
