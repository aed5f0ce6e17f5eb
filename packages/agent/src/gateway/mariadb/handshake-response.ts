import { Refusal } from '../refusal.ts'
import { Capability, HARMLESS_EXTENSIONS, has, MYSQL, without } from './capabilities.ts'
import type { ServerFacts } from './greeting.ts'
import { badHandshake } from './packet.ts'

/** Flags, packet size, character set and reserved bytes; alone, they ask for TLS. */
const FIXED = 32
/** No server has it: so it asks for the login again, with a scramble of its own. */
const NO_PLUGIN = 'croft_ask_again'

/** HandshakeResponse41: a client's answer to the greeting. */
export interface HandshakeResponse {
  readonly capabilities: number
  readonly user: string
  /** The answer to a scramble was not empty. */
  readonly hasPassword: boolean
  /** The same for a server: without TLS, which ends here, and without an answer to the gateway's scramble. */
  forServer(facts: ServerFacts): Buffer
}

export function asksForTls(payload: Buffer): boolean {
  return payload.length === FIXED && has(payload.readUInt32LE(0), Capability.ssl)
}

/** Throws `Refusal` for what is none, or is of a client from before 2005. */
export function parseHandshakeResponse(payload: Buffer): HandshakeResponse {
  if (payload.length < 4) throw badHandshake()
  const capabilities = payload.readUInt32LE(0)
  if (!has(payload.readUInt16LE(0), Capability.protocol41) || payload.length <= FIXED) throw badHandshake()
  if (!has(capabilities, Capability.pluginAuth) || !has(capabilities, Capability.secureConnection)) {
    throw new Refusal(
      'not-supported',
      'Client does not support authentication protocol requested by server; consider upgrading the client',
    )
  }
  const userEnd = endOfText(payload, FIXED)
  const answer = has(capabilities, Capability.pluginAuthLenencData)
    ? lengthAt(payload, userEnd + 1)
    : { value: payload[userEnd + 1], next: userEnd + 2 }
  if (answer?.value === undefined || answer.next + answer.value > payload.length) throw badHandshake()
  const answerEnd = answer.next + answer.value
  const databaseEnd = has(capabilities, Capability.connectWithDatabase)
    ? endOfText(payload, answerEnd) + 1
    : answerEnd
  // Some leave out the name of the plugin, or its last byte.
  const pluginEnd = payload.indexOf(0, databaseEnd)
  const rest = pluginEnd < 0 ? Buffer.alloc(0) : payload.subarray(pluginEnd + 1)

  return {
    capabilities,
    user: payload.toString('utf8', FIXED, userEnd),
    hasPassword: answer.value > 0,
    forServer(facts) {
      const fixed = Buffer.from(payload.subarray(0, FIXED))
      fixed.writeUInt32LE(without(capabilities & (facts.capabilities | MYSQL), Capability.ssl), 0)
      const extensions = has(capabilities, MYSQL) ? 0 : fixed.readUInt32LE(FIXED - 4)
      fixed.writeUInt32LE((extensions & facts.extensions & HARMLESS_EXTENSIONS) >>> 0, FIXED - 4)
      return Buffer.concat([
        fixed,
        payload.subarray(FIXED, userEnd + 1),
        // An empty answer, however its length is written.
        Buffer.from([0]),
        payload.subarray(answerEnd, databaseEnd),
        Buffer.from(`${NO_PLUGIN}\0`),
        rest,
      ])
    },
  }
}

function endOfText(payload: Buffer, from: number): number {
  const end = payload.indexOf(0, from)
  if (end < 0) throw badHandshake()
  return end
}

/** A length-encoded integer that fits a packet of a login. */
function lengthAt(payload: Buffer, at: number): { value: number; next: number } | undefined {
  const first = payload[at]
  if (first === undefined) return undefined
  if (first < 0xfb) return { value: first, next: at + 1 }
  if (first === 0xfc && payload.length >= at + 3) return { value: payload.readUInt16LE(at + 1), next: at + 3 }
  return undefined
}
