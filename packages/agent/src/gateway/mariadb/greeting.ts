import { randomBytes } from 'node:crypto'
import { bits, Capability, HARMLESS_EXTENSIONS, has, without } from './capabilities.ts'

/** What a server says of itself, and its gateway on its behalf. */
export interface ServerFacts {
  readonly version: string
  readonly capabilities: number
  /** MariaDB's own. */
  readonly extensions: number
  readonly charset: number
}

/** MariaDB 10.11 as Debian has it, until a server has greeted. */
export const USUAL_FACTS: ServerFacts = {
  version: '5.5.5-10.11.14-MariaDB',
  capabilities: 0x81fff7fe,
  extensions: 0x1d,
  charset: 45,
}

const PROTOCOL = 10
const SCRAMBLE = 20
const AUTOCOMMIT = 2
const PLUGIN = 'mysql_native_password'

/** The facts in a server's first packet; undefined when it is no greeting of protocol 10. */
export function parseGreeting(payload: Buffer): ServerFacts | undefined {
  const versionEnd = payload.indexOf(0, 1)
  const at = versionEnd + 1 + 4 + 8 + 1
  if (payload[0] !== PROTOCOL || versionEnd < 0 || payload.length < at + 18) return undefined
  return {
    version: payload.toString('latin1', 1, versionEnd),
    capabilities: bits(payload.readUInt16LE(at), payload.readUInt16LE(at + 5) << 16),
    extensions: payload.readUInt32LE(at + 14),
    charset: payload[at + 2] ?? 0,
  }
}

/** What a gateway in front of such a server offers: nothing that it could not follow. */
export function offered(facts: ServerFacts): ServerFacts {
  return {
    ...facts,
    capabilities: bits(
      without(facts.capabilities, Capability.compress),
      Capability.ssl,
      Capability.pluginAuth,
      Capability.secureConnection,
    ),
    extensions: has(facts.capabilities, 1) ? 0 : facts.extensions & HARMLESS_EXTENSIONS,
  }
}

/**
 * The gateway's greeting. Its scramble is never used, since the server's own follows; its connection id is one that
 * no server has, so that a KILL of it hits nobody.
 */
export function encodeGreeting(facts: ServerFacts, connectionId: number): Buffer {
  // Clients take the scramble for text that ends with a zero byte.
  const scramble = randomBytes(SCRAMBLE).map((byte) => 0x21 + (byte % 0x5e))
  const middle = Buffer.alloc(18)
  middle.writeUInt16LE(facts.capabilities & 0xffff, 0)
  middle[2] = facts.charset
  middle.writeUInt16LE(AUTOCOMMIT, 3)
  middle.writeUInt16LE(facts.capabilities >>> 16, 5)
  middle[7] = SCRAMBLE + 1
  middle.writeUInt32LE(facts.extensions, 14)
  const id = Buffer.alloc(4)
  id.writeUInt32LE(connectionId)
  return Buffer.concat([
    Buffer.from([PROTOCOL]),
    Buffer.from(`${facts.version}\0`, 'latin1'),
    id,
    scramble.subarray(0, 8),
    Buffer.from([0]),
    middle,
    scramble.subarray(8),
    Buffer.from(`\0${PLUGIN}\0`),
  ])
}
