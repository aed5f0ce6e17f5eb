import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type GatewayOptions, startGateway, until } from '../../../test/gateway-fixture.ts'
import { dialMysql, handshakeResponse } from '../../../test/mysql-client.ts'
import { AgentFault } from '../../fault.ts'
import { Capability } from './capabilities.ts'
import { encodeGreeting, USUAL_FACTS } from './greeting.ts'
import { createMariadbProtocol } from './mariadb-protocol.ts'
import { encodePacket } from './packet.ts'

const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0])
const ASK_AGAIN = Buffer.from('\xfemysql_native_password\0abcdefghijklmnopqrst\0', 'latin1')

/** A server that plays the packets it is given, each after something has come from the client. */
async function startScripted(t: TestContext, first: Buffer, ...answers: Buffer[]) {
  const heard: Buffer[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    t.after(() => socket.destroy())
    socket.write(first)
    const rest = [...answers]
    socket.on('data', (chunk) => {
      heard.push(chunk)
      const next = rest.shift()
      if (next) socket.write(next)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return { heard, endpoint: { host: '127.0.0.1', port: address.port } }
}

const greeting = (version: string) => encodePacket(0, encodeGreeting({ ...USUAL_FACTS, version }, 5))

async function begin(t: TestContext, options: Partial<GatewayOptions> = {}) {
  const scripted = await startScripted(
    t,
    greeting('5.5.5-10.11.99-MariaDB'),
    encodePacket(2, ASK_AGAIN),
    encodePacket(4, OK),
  )
  const protocol = createMariadbProtocol()
  const fixture = await startGateway(t, { endpoint: scripted.endpoint, protocol, ...options })
  return { ...fixture, scripted }
}

/** The number, SQLSTATE and text of an ERR packet. */
function errorOf(payload: Buffer | undefined): string {
  assert.equal(payload?.[0], 0xff)
  return `${payload?.readUInt16LE(1)} ${payload?.subarray(3).toString()}`
}

async function refusal(t: TestContext, options: Partial<GatewayOptions>, ...packets: [number, Buffer][]) {
  const { gateway, leases } = await begin(t, options)
  const client = await dialMysql(t, gateway)
  const hello = await client.read()
  for (const [sequence, payload] of packets) client.send(sequence, payload)
  const answer = hello?.payload[0] === 0xff ? hello : await client.read()
  assert.equal(await client.read(), null)
  await until(() => leases.held === 0)
  return { sequence: answer?.sequence, error: errorOf(answer?.payload) }
}

test('a login is asked for again by the server, and its answer is the client’s', async (t) => {
  const { gateway, scripted, leases } = await begin(t)
  for (const version of [USUAL_FACTS.version, '5.5.5-10.11.99-MariaDB']) {
    scripted.heard.length = 0
    const client = await dialMysql(t, gateway)
    const hello = await client.read()
    assert.ok(
      hello?.payload.includes(version),
      'the greeting is that of the host’s servers, once one is known',
    )
    for (const byte of encodePacket(1, handshakeResponse({ user: 'tenant' })))
      client.socket.write(Buffer.from([byte]))
    assert.deepEqual(await client.read(), { sequence: 2, payload: ASK_AGAIN })
    client.send(3, Buffer.alloc(20, 7))
    assert.deepEqual(await client.read(), { sequence: 4, payload: OK })
    assert.equal(Buffer.concat(scripted.heard).indexOf(Buffer.alloc(20, 1)), -1)
    assert.ok(scripted.heard[1]?.equals(encodePacket(3, Buffer.alloc(20, 7))))
  }
  assert.equal(leases.held, 2)
})

test('a client that compresses although nobody offered it does so with nobody', async (t) => {
  const { gateway, scripted } = await begin(t)
  const client = await dialMysql(t, gateway)
  await client.read()
  client.send(1, handshakeResponse({ user: 'tenant', more: Capability.compress }))
  assert.deepEqual(await client.read(), { sequence: 2, payload: ASK_AGAIN })
  assert.equal((scripted.heard[0]?.readUInt32LE(4) ?? 0) & Capability.compress, 0)
})

test('what cannot be served is refused in the protocol', async (t) => {
  const tenant: [number, Buffer] = [1, handshakeResponse({ user: 'tenant' })]
  const wake = () => Promise.reject(new AgentFault('disk-full', 'The disk of this host is full.'))
  const late = () => new Promise<never>(() => {})
  const cases: [Partial<GatewayOptions>, [number, Buffer] | undefined, number, RegExp][] = [
    [
      {},
      [1, handshakeResponse({ user: 'stranger' })],
      2,
      /^1045 #28000Access denied for user 'stranger'@'localhost' \(using password: YES\)$/,
    ],
    [{}, [1, handshakeResponse({ user: 'stranger', answer: Buffer.alloc(0) })], 2, /\(using password: NO\)$/],
    [{}, [1, handshakeResponse({ user: '' })], 2, /^1045 #28000/],
    [{}, [1, Buffer.from('GET / HTTP/1.1\r\n\r\n')], 2, /^1043 Bad handshake$/],
    [{}, [9, handshakeResponse({ user: 'tenant' })], 1, /^1043 Bad handshake$/],
    [{ connectionLimit: 0 }, tenant, 2, /^1040 #08004too many connections for this database \(limit 0\)$/],
    [{ wake }, tenant, 2, /^1053 #08S01.*The disk of this host is full\./],
    [{ wake: late, limits: { wakeMs: 50 } }, tenant, 2, /^1053 #08S01.*did not start within/],
    [{ limits: { startupMs: 50 } }, undefined, 1, /^1159 no login came in time$/],
    [{ limits: { pendingStartups: 0 } }, undefined, 0, /^1040 too many connections are starting$/],
    [{ limits: { authenticationMs: 100 } }, tenant, 2, /^$/],
  ]
  for (const [options, packet, sequence, error] of cases.slice(0, -1)) {
    const refused = await refusal(t, options, ...(packet ? [packet] : []))
    assert.match(refused.error, error)
    assert.equal(refused.sequence, sequence)
  }
})

test('a client that does not answer the server is told after a while', async (t) => {
  const { gateway, leases } = await begin(t, { limits: { authenticationMs: 100 } })
  const client = await dialMysql(t, gateway)
  await client.read()
  client.send(1, handshakeResponse({ user: 'tenant' }))
  assert.equal((await client.read())?.sequence, 2)
  const late = await client.read()
  assert.match(errorOf(late?.payload), /^1159 #08S01/)
  assert.equal(late?.sequence, 3)
  await until(() => leases.held === 0)
})

test('a server that is full says so itself', async (t) => {
  const full = Buffer.from('\xff\x10\x04Too many connections', 'latin1')
  const { endpoint } = await startScripted(t, encodePacket(0, full))
  const { error, sequence } = await refusal(t, { endpoint }, [1, handshakeResponse({ user: 'tenant' })])
  assert.equal(error, '1040 Too many connections')
  assert.equal(sequence, 2)
})

test('an end waits for the rest of a packet, and goes on in its numbers', async (t) => {
  const { endpoint } = await startScripted(
    t,
    greeting('5.5.5-10.11.99-MariaDB'),
    encodePacket(2, OK),
    Buffer.concat([encodePacket(1, Buffer.from([1])), encodePacket(2, Buffer.alloc(40, 3)).subarray(0, 10)]),
    Buffer.concat([Buffer.alloc(34, 3), encodePacket(3, Buffer.from([0xfe, 0, 0, 2, 0]))]),
  )
  const { gateway } = await begin(t, { endpoint })
  const client = await dialMysql(t, gateway)
  await client.read()
  client.send(1, handshakeResponse({ user: 'tenant' }))
  assert.equal((await client.read())?.sequence, 2)
  client.send(0, Buffer.from('\x03select', 'latin1'))
  assert.equal((await client.read())?.sequence, 1)
  const closed = gateway.closeSessions('one', 'enough')
  client.send(0, Buffer.from([0x0e]))
  const rest = await client.read()
  assert.deepEqual([rest?.sequence, rest?.payload.length], [2, 40])
  const last = await client.read()
  assert.match(errorOf(last?.payload), /^1927 #70100Connection was killed: enough$/)
  assert.equal(last?.sequence, 3)
  await closed
})
