import { randomInt } from 'node:crypto'
import type { Socket } from 'node:net'
import { ClientGone } from '../client-gone.ts'
import type { Login, LoginPair, Protocol } from '../protocol.ts'
import { readMessage } from '../read-message.ts'
import { Refusal } from '../refusal.ts'
import { serverLost } from '../relay.ts'
import { secure } from '../secure.ts'
import { errorPayload, isDenied } from './error-packet.ts'
import { createMariadbFraming } from './framing.ts'
import { encodeGreeting, offered, parseGreeting, type ServerFacts, USUAL_FACTS } from './greeting.ts'
import { asksForTls, type HandshakeResponse, parseHandshakeResponse } from './handshake-response.ts'
import { badHandshake, encodePacket, type Packet, parsePacket } from './packet.ts'

const OK = 0x00
const ASK_AGAIN = 0xfe
const ERROR = 0xff
/** A login with a password takes one question. */
const MAX_QUESTIONS = 8
/** Servers count their connections from 1 and never come that far. */
const FIRST_ID = 0x4000_0000

/** Learns what the host's servers say of themselves; asked for what a client is told before its server is known. */
interface Facts {
  known: ServerFacts
}

/** Where the talk with a client stands. */
interface Talk {
  /** Of the packet that the gateway sends next. */
  sequence: number
  response: HandshakeResponse | undefined
}

/**
 * The MySQL protocol 10. The gateway greets and reads the user; the server then asks for the login again, with its own
 * scramble, which the client answers: no password passes that the gateway could keep.
 */
export function createMariadbProtocol(): Protocol {
  const facts: Facts = { known: USUAL_FACTS }
  let nextId = FIRST_ID + randomInt(FIRST_ID / 2)
  return {
    engine: 'mariadb',
    triesAgain: false,
    meet(connection, tls) {
      const talk: Talk = { sequence: 0, response: undefined }
      const receive = async (signal: AbortSignal) => {
        const packet = await readPacket(connection.stream, signal, () => new ClientGone())
        if (packet.sequence !== talk.sequence) throw badHandshake()
        talk.sequence += 1
        return packet.payload
      }
      return {
        say: (refusal) => sayTo(talk, refusal),
        async negotiate(signal) {
          nextId = nextId + 1 < 2 * FIRST_ID ? nextId + 1 : FIRST_ID
          connection.stream.write(encodePacket(talk.sequence, encodeGreeting(offered(facts.known), nextId)))
          talk.sequence += 1
          let payload = await receive(signal)
          if (asksForTls(payload)) {
            connection.stream = await secure(connection.stream, { tls, signal })
            payload = await receive(signal)
          }
          const response = parseHandshakeResponse(payload)
          talk.response = response
          if (response.user === '') {
            throw new Refusal('no-user', 'The user name tells which database is meant, and there is none')
          }
          return { user: response.user, login: (pair) => login(pair, response, talk, facts) }
        },
      }
    },
  }
}

function sayTo({ sequence, response }: Talk, refusal: Refusal): Buffer {
  return encodePacket(sequence, errorPayload(refusal, response !== undefined, response?.hasPassword))
}

/** Packets of the login itself; over TLS the client's are numbered one higher than the server's. */
async function login(
  { client, server, signal, onOutcome }: LoginPair,
  response: HandshakeResponse,
  talk: Talk,
  facts: Facts,
): Promise<Login> {
  const greeting = await readPacket(server, signal, serverLost)
  // Too many connections, for one.
  if (greeting.payload[0] === ERROR) return refusedWith(talk, greeting.payload)
  const known = parseGreeting(greeting.payload)
  if (!known) throw serverLost()
  facts.known = known
  // Of what the gateway offered: a client that compresses unasked could not be followed.
  const forServer = response.forServer(offered(known))
  server.write(encodePacket(greeting.sequence + 1, forServer))

  for (let questions = 0; questions < MAX_QUESTIONS; questions += 1) {
    const { payload, sequence } = await readPacket(server, signal, serverLost)
    if (payload[0] === ERROR) return refusedWith(talk, payload)
    client.write(encodePacket(talk.sequence, payload))
    talk.sequence += 1
    if (payload[0] === OK) {
      onOutcome('ready')
      return { framing: createMariadbFraming(forServer.readUInt32LE(0)) }
    }
    if (payload[0] !== ASK_AGAIN) throw serverLost()
    const answer = await readPacket(client, signal, () => new ClientGone(), true)
    if (answer.sequence !== talk.sequence) throw badHandshake()
    talk.sequence += 1
    server.write(encodePacket(sequence + 1, answer.payload))
  }
  throw serverLost()
}

function refusedWith(talk: Talk, payload: Buffer): Login {
  return { refused: encodePacket(talk.sequence, payload), wrongPassword: isDenied(payload) }
}

function readPacket(
  stream: Socket,
  signal: AbortSignal,
  gone: () => Error,
  mayBeEmpty = false,
): Promise<Packet> {
  return readMessage(stream, (bytes) => parsePacket(bytes, mayBeEmpty), signal, gone)
}
