import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { after, before, test } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { ClientConfig } from 'pg'
import { dialGateway, login, startGateway, startupMessage, until } from '../../../test/gateway-fixture.ts'
import { type PostgresFixture, startPostgres } from '../../../test/postgres-fixture.ts'

let postgres: PostgresFixture
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

/** A stream whose bytes reach `socket` one at a time. */
function drippingTo(socket: Socket): { near: Duplex; far: Socket } {
  const near = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      let at = 0
      const next = () => {
        if (at === chunk.length) {
          done()
          return
        }
        socket.write(chunk.subarray(at, at + 1))
        at += 1
        setImmediate(next)
      }
      next()
    },
  })
  socket.on('data', (chunk) => near.push(chunk))
  return { near, far: socket }
}

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
const GSSENC_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 48])
const AUTHENTICATION = 0x52

test('a client logs in by SCRAM, in clear and by TLS with the certificate checked', async (t) => {
  const { gateway, caFile, leases } = await startGateway(t, postgres)
  const ca = readFileSync(caFile, 'utf8')
  const ways: Partial<ClientConfig>[] = [{ ssl: false }, { host: 'localhost', ssl: { ca } }, { ssl: { ca } }]
  for (const way of ways) {
    const client = await login(t, gateway, way)
    const { rows } = await client.query('select current_user as name')
    assert.deepEqual(rows, [{ name: 'tenant' }])
    assert.equal(gateway.traffic('one').sessions, 1)
    assert.ok(gateway.traffic('one').lastActivity > 0)
    await client.end()
    await until(() => gateway.traffic('one').sessions === 0)
  }
  assert.deepEqual(leases, { held: 0, releasedTwice: 0 })
  assert.deepEqual(gateway.traffic('one'), { sessions: 0, lastActivity: 0 }, 'nothing is kept of it')
})

test('direct TLS is taken with the ALPN protocol postgresql only', async (t) => {
  const { gateway, caFile } = await startGateway(t, postgres)
  const start = (ALPNProtocols: string[]): TLSSocket =>
    connectTls({ host: '127.0.0.1', port: gateway.port, ca: readFileSync(caFile), ALPNProtocols })
  const good = start(['postgresql'])
  t.after(() => good.destroy())
  good.write(startupMessage({ user: 'tenant', database: 'postgres' }))
  const answer = await new Promise<Buffer>((resolve, reject) => {
    good.once('data', resolve)
    good.once('error', reject)
  })
  assert.equal(answer[0], AUTHENTICATION)
  for (const protocols of [[], ['http/1.1']]) {
    const bad = start(protocols)
    bad.on('error', () => {})
    bad.on('data', () => assert.fail('the gateway answered'))
    bad.on('secureConnect', () => bad.write(startupMessage({ user: 'tenant' })))
    await new Promise((resolve) => bad.once('close', resolve))
  }
})

test('bytes that do not decrypt after the handshake end the connection', async (t) => {
  const { gateway, caFile, leases } = await startGateway(t, postgres)
  const { socket, closed } = await dialGateway(t, gateway)
  const secured = connectTls({
    socket,
    ca: readFileSync(caFile),
    ALPNProtocols: ['postgresql'],
    host: '127.0.0.1',
  })
  secured.on('error', () => {})
  secured.write(startupMessage({ user: 'tenant', database: 'postgres' }))
  await new Promise((resolve) => secured.once('data', resolve))
  assert.equal(leases.held, 1)
  socket.write(Buffer.from([0x17, 3, 3, 0, 32, ...Array(32).fill(7)]))
  await closed
  await until(() => leases.held === 0)
})

test('every step of a start may come byte by byte', async (t) => {
  const { gateway } = await startGateway(t, postgres)
  const { socket, said } = await dialGateway(t, gateway)
  const drip = async (bytes: Buffer) => {
    for (const byte of bytes) {
      socket.write(Uint8Array.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await drip(GSSENC_REQUEST)
  await until(() => said().toString() === 'N')
  await drip(startupMessage({ user: 'tenant', database: 'postgres' }))
  await until(() => said()[1] === AUTHENTICATION)
})

test('direct TLS may come byte by byte as well', async (t) => {
  const { gateway, caFile } = await startGateway(t, postgres)
  const { socket } = await dialGateway(t, gateway)
  const { near, far } = drippingTo(socket)
  const secured = connectTls({ socket: near, ca: readFileSync(caFile), ALPNProtocols: ['postgresql'] })
  t.after(() => far.destroy())
  secured.write(startupMessage({ user: 'tenant', database: 'postgres' }))
  const answer = await new Promise<Buffer>((resolve, reject) => {
    secured.once('data', resolve)
    secured.once('error', reject)
  })
  assert.equal(answer[0], AUTHENTICATION)
})

test('what a client says too early is kept for its server', async (t) => {
  const { gateway } = await startGateway(t, postgres)
  const { socket, said, closed } = await dialGateway(t, gateway)
  const garbage = Buffer.from([0x51, 0, 0, 0, 5, 0])
  socket.write(Buffer.concat([startupMessage({ user: 'tenant', database: 'postgres' }), garbage]))
  await closed
  assert.equal(said()[0], AUTHENTICATION)
  assert.match(said().toString('latin1'), /08P01\0Mexpected SASL response, got message type 81/)
})

test('what cannot be served is refused in the protocol', async (t) => {
  const { gateway, registry, leases } = await startGateway(t, postgres)
  const cases: [Buffer, RegExp][] = [
    [startupMessage({ user: 'stranger' }), /28P01\0Mpassword authentication failed for user "stranger"/],
    [startupMessage({ database: 'postgres' }), /28000\0Mno PostgreSQL user name specified/],
    [startupMessage({ user: 'tenant', replication: 'database' }), /0A000\0Mreplication connections/],
    [Buffer.from('GET / HTTP/1.1\r\n\r\n'), /08P01\0Minvalid length of startup packet/],
    [Buffer.concat([SSL_REQUEST, startupMessage({ user: 'tenant' })]), /08P01\0Mreceived unencrypted data/],
    [Buffer.from([0, 0, 0, 9, 0, 2, 0, 0, 0]), /0A000\0Munsupported frontend protocol 2\.0/],
  ]
  for (const [packet, answer] of cases) {
    const { socket, said, closed } = await dialGateway(t, gateway)
    socket.write(packet)
    await closed
    assert.equal(said()[0], 0x45)
    assert.match(said().toString(), answer)
  }
  assert.equal(leases.held, 0)
  const metrics = await registry.metrics()
  assert.match(metrics, /startups_total\{engine="postgres",outcome="unknown_user"\} 1/)
  assert.match(metrics, /startups_total\{engine="postgres",outcome="refused"\} 5/)
})

test('the server’s own refusals pass through', async (t) => {
  const { gateway, leases, registry } = await startGateway(t, postgres)
  await assert.rejects(login(t, gateway, { password: 'wrong' }), { code: '28P01' })
  await assert.rejects(login(t, gateway, { database: 'nowhere' }), { code: '3D000' })
  await until(() => leases.held === 0)
  assert.match(await registry.metrics(), /startups_total\{engine="postgres",outcome="login_failed"\} 2/)
})

test('sessions beyond the limit are refused until one ends', async (t) => {
  const { gateway } = await startGateway(t, { endpoint: postgres.endpoint, connectionLimit: 2 })
  const first = await login(t, gateway)
  await login(t, gateway)
  await assert.rejects(login(t, gateway), {
    code: '53300',
    message: 'too many connections for this database (limit 2)',
  })
  await first.end()
  await until(() => gateway.traffic('one').sessions === 1)
  await login(t, gateway)
})

test('two hundred clients at once are all served', async (t) => {
  const { gateway, leases } = await startGateway(t, postgres)
  const clients = await Promise.all(Array.from({ length: 200 }, () => login(t, gateway)))
  const sums = await Promise.all(clients.map((client, n) => client.query('select $1::int + 1 as sum', [n])))
  sums.forEach((sum, n) => {
    assert.equal(sum.rows[0].sum, n + 1)
  })
  await Promise.all(clients.map((client) => client.end()))
  await until(() => leases.held === 0)
  assert.equal(leases.releasedTwice, 0)
})
