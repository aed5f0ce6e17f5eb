import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { bits, Capability } from '../src/gateway/mariadb/capabilities.ts'
import { encodePacket, type Packet, parsePacket } from '../src/gateway/mariadb/packet.ts'
import type { Gateway } from '../src/gateway/route.ts'

const FLAGS = bits(
  1,
  Capability.connectWithDatabase,
  Capability.protocol41,
  Capability.secureConnection,
  Capability.pluginAuth,
  Capability.pluginAuthLenencData,
)

/** HandshakeResponse41 as a client of MySQL sends it. */
export function handshakeResponse(options: {
  user: string
  database?: string
  answer?: Buffer
  more?: number
  after?: Buffer
}): Buffer {
  const { user, database = 'main', answer = Buffer.alloc(20, 1), more = 0, after = Buffer.alloc(0) } = options
  const fixed = Buffer.alloc(32)
  fixed.writeUInt32LE(bits(FLAGS, more), 0)
  fixed.writeUInt32LE(1 << 24, 4)
  fixed[8] = 45
  return Buffer.concat([
    fixed,
    Buffer.from(`${user}\0`),
    Buffer.from([answer.length]),
    answer,
    Buffer.from(`${database}\0mysql_native_password\0`),
    after,
  ])
}

/** A bare connection that speaks in packets. */
export interface BareClient {
  readonly socket: Socket
  send(sequence: number, payload: Buffer): void
  /** The next packet; null when the other side has closed. */
  read(): Promise<Packet | null>
}

export async function dialMysql(t: TestContext, gateway: Gateway): Promise<BareClient> {
  const socket = connect({ host: '127.0.0.1', port: gateway.port })
  let seen = Buffer.alloc(0)
  let ended = false
  let look = () => {}
  socket.on('data', (chunk) => {
    seen = Buffer.concat([seen, chunk])
    look()
  })
  socket.on('error', () => {})
  socket.once('close', () => {
    ended = true
    look()
  })
  t.after(() => socket.destroy())
  return {
    socket,
    send: (sequence, payload) => socket.write(encodePacket(sequence, payload)),
    read: () =>
      new Promise((resolve) => {
        look = () => {
          const parsed = parsePacket(seen, true)
          if (parsed) seen = Buffer.from(seen.subarray(parsed.length))
          if (!parsed && !ended) return
          look = () => {}
          resolve(parsed?.value ?? null)
        }
        look()
      }),
  }
}
