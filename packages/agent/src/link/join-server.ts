import {
  AGENT_PATH,
  type Desired,
  decodeFromServer,
  type FromAgent,
  type FromServer,
  type Hello,
  MalformedMessage,
  PROTOCOL_VERSION,
  type Tasks,
  type Welcome,
} from '@croft/protocol'
import type { Logger } from 'pino'
import { WebSocket } from 'ws'

/** From dialling to the welcome, in ms. */
const JOIN_MS = 10_000
/** A full list of a large target; anything longer is no message of ours. */
const LONGEST_MESSAGE = 64 * 1024 * 1024

export interface Handlers {
  onDesired(desired: Desired): void
  onTasks(tasks: Tasks): void
  onAck(seq: number): void
}

export interface End {
  readonly reason: string
  /** False when the control plane said that trying again does not help. */
  readonly retry: boolean
}

/** A connection after the welcome. */
export interface Connection {
  readonly targetId: string
  send(message: FromAgent): void
  close(reason: string): void
  readonly closed: Promise<End>
}

export interface JoinOptions {
  readonly serverUrl: string
  readonly token: string
  readonly hello: Hello
  readonly log: Logger
  readonly signal: AbortSignal
  readonly handlers: Handlers
}

/** Dials, says hello and waits for the welcome. Rejects when there is none, with the reason. */
export function joinServer({
  serverUrl,
  token,
  hello,
  log,
  signal,
  handlers,
}: JoinOptions): Promise<Connection> {
  const url = new URL(AGENT_PATH, serverUrl)
  url.protocol = url.protocol.replace('http', 'ws')
  const headers = { authorization: `Bearer ${token}` }
  const socket = new WebSocket(url, {
    headers,
    handshakeTimeout: JOIN_MS,
    maxPayload: LONGEST_MESSAGE,
    perMessageDeflate: false,
  })
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<End>()
  let welcomed = false
  let heard = performance.now()
  let heartbeat: NodeJS.Timeout | undefined
  let end: End = { reason: 'the connection was lost', retry: true }

  function send(message: FromAgent): void {
    socket.send(JSON.stringify(message))
  }

  function give(reason: string, code: number, retry = true): void {
    end = { reason, retry }
    socket.close(code, reason.slice(0, 100))
    // A peer that does not answer the close is not waited for.
    setTimeout(() => socket.terminate(), 1000).unref()
  }

  function watch({ heartbeatSeconds }: Welcome): void {
    const everyMs = heartbeatSeconds * 1000
    heartbeat = setInterval(() => {
      if (performance.now() - heard > 2 * everyMs) {
        end = { reason: 'the control plane fell silent', retry: true }
        socket.terminate()
      } else socket.ping()
    }, everyMs)
  }

  return new Promise<Connection>((resolve, reject) => {
    const late = setTimeout(() => give('no welcome came in time', 1002), JOIN_MS)
    const abort = () => give('the agent stops', 1001)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)

    function receive(message: FromServer): void {
      if (message.type === 'refusal') {
        log.error({ code: message.code, detail: message.message }, 'the control plane refuses this agent')
        give(`refused: ${message.message}`, 1000, message.retry)
      } else if (message.type === 'welcome') {
        clearTimeout(late)
        if (message.protocol !== PROTOCOL_VERSION) {
          give(
            `the control plane speaks version ${message.protocol} of the protocol, not ${PROTOCOL_VERSION}`,
            1002,
            false,
          )
          return
        }
        if (welcomed) {
          give('a second welcome', 1002)
          return
        }
        welcomed = true
        watch(message)
        const close = (reason: string) => give(reason, 1000)
        resolve({ targetId: message.targetId, send, close, closed })
      } else if (!welcomed) give(`"${message.type}" came before the welcome`, 1002)
      else if (message.type === 'desired') handlers.onDesired(message)
      else if (message.type === 'tasks') handlers.onTasks(message)
      else handlers.onAck(message.seq)
    }

    socket.on('open', () => send(hello))
    socket.on('ping', () => {
      heard = performance.now()
    })
    socket.on('pong', () => {
      heard = performance.now()
    })
    socket.on('message', (bytes, binary) => {
      heard = performance.now()
      try {
        if (binary) throw new MalformedMessage(['a binary message'])
        receive(decodeFromServer(bytes.toString()))
      } catch (error) {
        if (error instanceof MalformedMessage) {
          log.error(
            { faults: error.faults },
            'the control plane sent a message that does not fit the protocol',
          )
          give('bad-message', 1008)
        } else {
          log.error({ err: error }, 'a message of the control plane could not be handled')
          give('the agent met an unexpected error', 1011)
        }
      }
    })
    socket.on('error', (error) => {
      end = { reason: error.message, retry: true }
      reject(error)
    })
    socket.on('close', () => {
      clearTimeout(late)
      clearInterval(heartbeat)
      signal.removeEventListener('abort', abort)
      onClosed(end)
      reject(new Error(end.reason))
    })
  })
}
