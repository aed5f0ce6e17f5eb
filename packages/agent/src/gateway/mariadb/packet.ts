import type { Parsed } from '../read-message.ts'
import { Refusal } from '../refusal.ts'

/** A whole packet of a login; those have some hundred bytes. */
export interface Packet {
  readonly sequence: number
  readonly payload: Buffer
}

const MAX_LOGIN_PAYLOAD = 65_536
const HEADER = 4

/**
 * Reads one packet; undefined while it is not whole. Throws `Refusal` for one that no login has; an answer to a
 * scramble may be empty, which says that there is no password.
 */
export function parsePacket(bytes: Buffer, mayBeEmpty = false): Parsed<Packet> | undefined {
  if (bytes.length < HEADER) return undefined
  const size = bytes.readUIntLE(0, 3)
  if ((size === 0 && !mayBeEmpty) || size > MAX_LOGIN_PAYLOAD) throw badHandshake()
  const length = HEADER + size
  if (bytes.length < length) return undefined
  return { value: { sequence: bytes[3] ?? 0, payload: bytes.subarray(HEADER, length) }, length }
}

export function encodePacket(sequence: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEADER)
  head.writeUIntLE(payload.length, 0, 3)
  head[3] = sequence & 0xff
  return Buffer.concat([head, payload])
}

/** Worded as MariaDB does. */
export function badHandshake(): Refusal {
  return new Refusal('protocol-violation', 'Bad handshake')
}
