import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/gateway-fixture.ts'
import { Refusal } from '../refusal.ts'
import { type Relay, relay } from '../relay.ts'
import { createPostgresFraming } from './framing.ts'

/** Both ends of one connection over loopback. */
async function pair(t: TestContext): Promise<[Socket, Socket]> {
  const listener = createServer({ allowHalfOpen: true })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  assert.ok(address !== null && typeof address === 'object')
  const accepted = new Promise<Socket>((resolve) => listener.once('connection', resolve))
  const far = connect({ host: '127.0.0.1', port: address.port, allowHalfOpen: true })
  const near = await accepted
  listener.close()
  for (const socket of [far, near]) {
    socket.on('error', () => {})
    t.after(() => socket.destroy())
  }
  return [far, near]
}

interface Joined {
  readonly client: Socket
  readonly server: Socket
  /** The relay's ends of the two connections. */
  readonly near: { readonly client: Socket; readonly server: Socket }
  readonly relay: Relay
  cancelled: number
}

async function join(t: TestContext): Promise<Joined> {
  const [client, nearClient] = await pair(t)
  const [server, nearServer] = await pair(t)
  const joined: Joined = {
    client,
    server,
    near: { client: nearClient, server: nearServer },
    cancelled: 0,
    relay: relay({
      client: nearClient,
      server: nearServer,
      lingerMs: 300,
      framing: createPostgresFraming(() => true, {
        cancel() {
          joined.cancelled += 1
        },
        close() {},
      }),
      onClientBytes() {},
      onServerBytes() {},
    }),
  }
  return joined
}

const dataRow = (length: number) => {
  const message = Buffer.alloc(length + 1, 1)
  message[0] = 0x44
  message.writeInt32BE(length, 1)
  return message
}
const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])
const refusal = new Refusal('ended', 'enough')

function collect(socket: Socket): () => Buffer {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  return () => Buffer.concat(chunks)
}

test('a side that does not read stops the other, and little is kept in between', async (t) => {
  const joined = await join(t)
  const chunk = dataRow(100_000)
  let most = 0
  const sources: [Socket, Socket, Socket][] = [
    [joined.server, joined.near.server, joined.near.client],
    [joined.client, joined.near.client, joined.near.server],
  ]
  for (const [source, from, to] of sources) {
    from.on('data', () => {
      most = Math.max(most, to.writableLength + from.readableLength)
    })
    let offered = 0
    while (offered < 64 * 1024 * 1024) {
      offered += chunk.length
      if (source.write(chunk)) continue
      const flowed = await Promise.race([
        new Promise((resolve) => source.once('drain', () => resolve(true))),
        new Promise((resolve) => setTimeout(resolve, 300, false)),
      ])
      if (flowed === false) break
    }
    assert.ok(offered < 64 * 1024 * 1024, 'the source was never stopped')
    assert.ok(to.writableLength > 0)
  }
  assert.ok(most <= 3 * 65_536, `${most} bytes were kept`)
})

test('all that was sent arrives, in order, when the reader is slow', async (t) => {
  const { client, server } = await join(t)
  const sent = Array.from({ length: 300 }, (_, n) => dataRow(20_000 + n))
  for (const message of sent) server.write(message)
  server.end(ready)
  const got: Buffer[] = []
  for await (const chunk of client) {
    got.push(chunk)
    if (got.length % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const total = Buffer.concat(got)
  const expected = Buffer.concat([...sent, ready])
  assert.ok(total.subarray(0, expected.length).equals(expected))
  assert.match(total.subarray(expected.length).toString(), /08006/)
})

test('in the middle of a message the end waits for its rest', async (t) => {
  const joined = await join(t)
  const got = collect(joined.client)
  const message = dataRow(1000)
  joined.server.write(message.subarray(0, 500))
  await until(() => got().length === 500)
  joined.relay.end(refusal)
  joined.server.write(Buffer.concat([message.subarray(500), dataRow(10)]))
  await new Promise((resolve) => joined.client.once('end', resolve))
  joined.client.end()
  await joined.relay.closed
  assert.ok(got().subarray(0, message.length).equals(message))
  assert.match(
    got().subarray(message.length).toString('latin1'),
    /^E....SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command: enough\0\0$/s,
  )
  assert.equal(joined.cancelled, 1)
})

test('a message that is never finished is not mixed with ours', async (t) => {
  const joined = await join(t)
  const got = collect(joined.client)
  joined.server.write(dataRow(1000).subarray(0, 500))
  await until(() => got().length === 500)
  joined.relay.end(refusal)
  await joined.relay.closed
  assert.equal(got().length, 500)
})

test('an idle session is ended without a cancel, a busy one when it becomes idle', async (t) => {
  const idle = await join(t)
  const busy = await join(t)
  for (const { server, client } of [idle, busy]) {
    server.write(ready)
    await new Promise((resolve) => client.once('data', resolve))
  }
  const gotBusy = collect(busy.client)
  busy.client.write('Q')
  await new Promise((resolve) => busy.server.once('data', resolve))
  idle.relay.endWhenIdle(refusal)
  busy.relay.endWhenIdle(refusal)
  await idle.relay.closed
  assert.equal(gotBusy().length, 0)
  busy.server.write(Buffer.concat([dataRow(30), ready]))
  await busy.relay.closed
  assert.match(gotBusy().toString('latin1'), /57P01/)
  assert.equal(idle.cancelled + busy.cancelled, 0)
})

test('after Terminate, or a FATAL of the server’s own, the server’s close is no news', async (t) => {
  const polite = await join(t)
  const gotPolite = collect(polite.client)
  polite.client.write(Buffer.from([0x58, 0, 0, 0, 4]))
  await new Promise((resolve) => polite.server.once('data', resolve))
  polite.server.end()
  await polite.relay.closed
  assert.equal(gotPolite().length, 0)

  const ended = await join(t)
  const gotEnded = collect(ended.client)
  const error = Buffer.from([0x45, 0, 0, 0, 6, 0, 0])
  ended.server.end(error)
  await ended.relay.closed
  assert.ok(gotEnded().equals(error))
})

test('a client that closes its half gets what is still to come', async (t) => {
  const { client, server, relay: joined } = await join(t)
  const got = collect(client)
  client.end('Q')
  server.resume()
  await new Promise((resolve) => server.once('end', resolve))
  server.end(dataRow(50))
  await joined.closed
  assert.equal(got().length, 51)
})

test('a client that is gone takes its server’s connection along', async (t) => {
  const { client, server, relay: joined } = await join(t)
  server.write(dataRow(10))
  await new Promise((resolve) => client.once('data', resolve))
  client.resetAndDestroy()
  await joined.closed
  await new Promise((resolve) => {
    if (server.readableEnded) resolve(undefined)
    else server.resume().once('end', resolve)
  })
})
