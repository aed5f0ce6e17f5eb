import type { Logger } from 'pino'
import type { Login, LoginPair, Opening, Protocol } from '../protocol.ts'
import { Refusal } from '../refusal.ts'
import { type CancelKeys, cancelPacket, createCancelKeys, sendCancel } from './cancel-keys.ts'
import { errorResponse } from './error-response.ts'
import { createPostgresFraming } from './framing.ts'
import { createLoginWatch } from './login-watch.ts'
import { type Opening as Asked, negotiate } from './negotiate.ts'

/** A cancel request may take so long, in ms. */
const CANCEL_MS = 10_000

/** The PostgreSQL protocol 3. Authentication is copied through; the gateway only watches how it goes. */
export function createPostgresProtocol(log: Logger): Protocol {
  const cancelKeys = createCancelKeys()
  return {
    engine: 'postgres',
    triesAgain: false,
    meet: (connection, tls) => ({
      say: errorResponse,
      async negotiate(signal) {
        const asked = await negotiate(connection, tls, signal)
        if (asked.type === 'startup') return openingOf(asked, cancelKeys, log)
        await cancel(asked, cancelKeys, log)
        return null
      },
    }),
  }
}

/** Has no answer: closing tells the client that the request was dealt with, whether its key was known or not. */
async function cancel(
  { key, packet }: Asked & { type: 'cancel' },
  cancelKeys: CancelKeys,
  log: Logger,
): Promise<void> {
  const endpoint = cancelKeys.find(key)
  if (endpoint === undefined) return
  try {
    await sendCancel(endpoint, packet, AbortSignal.timeout(CANCEL_MS))
  } catch (error) {
    log.debug({ err: error }, 'a cancel request did not reach its server')
  }
}

/** Throws `Refusal` for a client that the gateway cannot serve. */
function openingOf(
  { parameters, packet }: Asked & { type: 'startup' },
  cancelKeys: CancelKeys,
  log: Logger,
): Opening {
  const user = parameters.get('user')
  if (user === undefined || user === '') {
    throw new Refusal(
      'no-user',
      'no PostgreSQL user name specified in startup packet',
      'The user name in the connection string tells which database is meant.',
    )
  }
  const replication = parameters.get('replication')
  if (replication !== undefined && !/^(0|f|false|n|no|off)$/i.test(replication)) {
    throw new Refusal(
      'not-supported',
      'replication connections are not supported through the gateway',
      'Use backups and restores of the API to copy a database.',
    )
  }
  return { user, login: async (pair) => login(pair, packet, cancelKeys, log) }
}

function login(pair: LoginPair, packet: Buffer, cancelKeys: CancelKeys, log: Logger): Login {
  const { endpoint } = pair
  let cancelKey: string | undefined
  let forgetKey = () => {}
  let ready = false
  const watch = createLoginWatch({
    onKey(key) {
      cancelKey = key
      forgetKey = cancelKeys.remember(key, endpoint)
    },
    onReady() {
      ready = true
      pair.onOutcome('ready')
    },
    onError: () => pair.onOutcome('refused'),
  })
  pair.server.write(packet)
  const onServerChunk = (chunk: Buffer) => {
    watch(chunk)
    return ready
  }
  const framing = createPostgresFraming(onServerChunk, {
    cancel() {
      if (cancelKey === undefined) return
      sendCancel(endpoint, cancelPacket(cancelKey), AbortSignal.timeout(CANCEL_MS)).catch((error) =>
        log.debug({ err: error }, 'a statement could not be cancelled'),
      )
    },
    close: () => forgetKey(),
  })
  return { framing }
}
