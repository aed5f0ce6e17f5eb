import type { TlsSource } from '../../tls/tls-source.ts'
import { ClientGone } from '../client-gone.ts'
import type { Connection, Login, LoginPair, Opening, Protocol } from '../protocol.ts'
import { type Parsed, readMessage } from '../read-message.ts'
import { Refusal } from '../refusal.ts'
import { serverLost } from '../relay.ts'
import { secure } from '../secure.ts'
import { type Step, stepBeforeLogin } from './before-login.ts'
import { encodeCommand, parseCommand } from './command.ts'
import { errorReply } from './error-reply.ts'
import { createRedisFraming } from './framing.ts'
import { createRespTracker } from './resp-tracker.ts'

const TLS_HANDSHAKE_RECORD = 0x16
/** A client says its name and its library; who says more before a login wants something else. */
const MAX_COMMANDS = 100
/** The answer to a HELLO has some 200 bytes. */
const MAX_LOGIN_REPLY = 65_536

/**
 * RESP 2 and 3. The gateway reads commands up to a login, hands that to the server as it is, and copies bytes from
 * then on: the server alone says whether a password is right.
 */
export function createRedisProtocol(): Protocol {
  return {
    engine: 'redis',
    triesAgain: true,
    meet(connection, tls) {
      let first = true
      return {
        say: errorReply,
        async negotiate(signal) {
          if (first) await secureIfAsked(connection, tls, signal)
          first = false
          return await readLogin(connection, signal)
        },
      }
    },
  }
}

/** Redis has no question for TLS: a `rediss://` client begins with it. */
async function secureIfAsked(connection: Connection, tls: TlsSource, signal: AbortSignal): Promise<void> {
  const look = (bytes: Buffer) => ({ value: bytes[0] === TLS_HANDSHAKE_RECORD, length: 0 })
  const asked = await readMessage(connection.stream, look, signal, () => new ClientGone())
  if (asked) connection.stream = await secure(connection.stream, { tls, signal })
}

/** Answers commands until one is a login; null when the client has said goodbye. */
async function readLogin({ stream }: Connection, signal: AbortSignal): Promise<Opening | null> {
  for (let commands = 0; commands < MAX_COMMANDS; commands += 1) {
    const step = stepBeforeLogin(await readMessage(stream, parseCommand, signal, () => new ClientGone()))
    if (step.do === 'login') return openingOf(step)
    if (step.do === 'answer') stream.write(`${step.reply}\r\n`)
    if (step.do === 'close' || (step.do === 'answer' && step.close)) return null
  }
  throw new Refusal('protocol-violation', 'Protocol error: too many commands before AUTH')
}

function openingOf({ user, command }: Extract<Step, { do: 'login' }>): Opening {
  return { user, login: (pair) => login(pair, encodeCommand(command(pair.user))) }
}

async function login(pair: LoginPair, command: Buffer): Promise<Login> {
  const { client, server, signal } = pair
  server.write(command)
  const reply = await readMessage(server, parseReply, signal, serverLost)
  const text = reply.toString('latin1')
  if (text.startsWith('-')) return { refused: reply, wrongPassword: text.startsWith('-WRONGPASS') }
  client.write(reply)
  pair.onOutcome('ready')
  return { framing: createRedisFraming() }
}

/** One whole reply. */
function parseReply(bytes: Buffer): Parsed<Buffer> | undefined {
  const tracker = createRespTracker()
  const length = tracker.push(bytes, true)
  if (tracker.atBoundary() && length > 0) return { value: bytes.subarray(0, length), length }
  if (bytes.length > MAX_LOGIN_REPLY) throw serverLost()
  return undefined
}
