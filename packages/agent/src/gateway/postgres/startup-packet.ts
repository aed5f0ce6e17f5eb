import type { Parsed } from '../read-message.ts'
import { Refusal } from '../refusal.ts'

/** Bytes after the length word; PostgreSQL's MAX_STARTUP_PACKET_LENGTH. */
export const MAX_STARTUP_LENGTH = 10_000

const CANCEL_REQUEST = 80877102
const SSL_REQUEST = 80877103
const GSSENC_REQUEST = 80877104
const TLS_HANDSHAKE_RECORD = 0x16

export type StartupRequest =
  | { readonly type: 'ssl' }
  | { readonly type: 'gss' }
  /** TLS without asking first (PostgreSQL 17 on): no byte of it is ours to read. */
  | { readonly type: 'direct-tls' }
  | { readonly type: 'cancel'; readonly key: string; readonly packet: Buffer }
  | {
      readonly type: 'startup'
      readonly parameters: ReadonlyMap<string, string>
      readonly packet: Buffer
    }

/** Names a backend among all servers: its pid and secret together, so any length of key works (4 bytes before 3.2). */
export function cancelKeyOf(pidAndSecret: Uint8Array): string {
  return Buffer.from(pidAndSecret).toString('latin1')
}

/**
 * Reads the first message of a connection from what has arrived so far; undefined while it is not whole.
 * Throws `Refusal` for what PostgreSQL would not accept either.
 */
export function parseStartupPacket(bytes: Buffer): Parsed<StartupRequest> | undefined {
  if (bytes[0] === TLS_HANDSHAKE_RECORD) return { value: { type: 'direct-tls' }, length: 0 }
  if (bytes.length < 4) return undefined
  const length = bytes.readUInt32BE(0)
  if (length < 8 || length - 4 > MAX_STARTUP_LENGTH) {
    throw new Refusal('protocol-violation', 'invalid length of startup packet')
  }
  if (bytes.length < length) return undefined
  const packet = bytes.subarray(0, length)
  return { value: requestOf(packet), length }
}

function requestOf(packet: Buffer): StartupRequest {
  const version = packet.readUInt32BE(4)
  if (version === SSL_REQUEST || version === GSSENC_REQUEST) {
    if (packet.length !== 8) throw new Refusal('protocol-violation', 'invalid length of startup packet')
    return { type: version === SSL_REQUEST ? 'ssl' : 'gss' }
  }
  if (version === CANCEL_REQUEST) {
    if (packet.length < 16 || packet.length > 12 + 256) {
      throw new Refusal('protocol-violation', 'invalid length of query cancel packet')
    }
    return { type: 'cancel', key: cancelKeyOf(packet.subarray(8)), packet }
  }
  const major = version >>> 16
  if (major !== 3) {
    const asked = `${major}.${version & 0xffff}`
    throw new Refusal(
      'not-supported',
      `unsupported frontend protocol ${asked}: this server speaks 3.0 and later minor versions`,
    )
  }
  return { type: 'startup', parameters: parametersOf(packet), packet }
}

/** A name given twice has its last value, as in PostgreSQL: both must see the same user. */
function parametersOf(packet: Buffer): Map<string, string> {
  const parameters = new Map<string, string>()
  let at = 8
  for (;;) {
    const name = cString(packet, at)
    if (name === undefined) break
    if (name.text === '') {
      if (name.next === packet.length) return parameters
      break
    }
    const value = cString(packet, name.next)
    if (value === undefined) break
    parameters.set(name.text, value.text)
    at = value.next
  }
  throw new Refusal('protocol-violation', 'invalid startup packet layout: expected terminator as last byte')
}

function cString(packet: Buffer, from: number): { text: string; next: number } | undefined {
  const end = packet.indexOf(0, from)
  return end < 0 ? undefined : { text: packet.toString('utf8', from, end), next: end + 1 }
}
