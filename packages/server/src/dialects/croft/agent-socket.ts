import { AGENT_PATH } from '@croft/protocol'
import websocket, { type WebSocket } from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Targets } from '../../domain/targets/index.ts'
import { CroftError } from '../../platform/errors/index.ts'

/** The full state of a host with ten thousand instances fits; nothing legitimate is larger. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024

/** An agent that was told why has this long to say goodbye; one that vanished will not. */
const GOODBYE_MS = 2000

function endSocket(socket: WebSocket): void {
  socket.close()
  const timer = setTimeout(() => socket.terminate(), GOODBYE_MS).unref()
  socket.once('close', () => clearTimeout(timer))
}

/** Where agents join: `Authorization: Bearer <join token>`, then the messages of `@croft/protocol`. */
export async function registerAgentSocket(app: FastifyInstance, targets: Targets): Promise<void> {
  await app.register(websocket, { options: { maxPayload: MAX_MESSAGE_BYTES } })
  const joining = new WeakMap<object, string>()
  const options = {
    websocket: true,
    schema: { hide: true },
    config: { operation: 'croft.joinAgent' },
    async preValidation(request: FastifyRequest) {
      const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
      const targetId = token && (await targets.findTargetByToken(token))
      if (!targetId) throw new CroftError('not-authenticated', 'The join token is missing or unknown.')
      joining.set(request, targetId)
    },
  } as const
  app.get(AGENT_PATH, options, (socket, request) => {
    const session = targets.openAgentSession(joining.get(request) ?? '', {
      send: (text) => socket.send(text),
      ping: () => socket.ping(),
      close: () => endSocket(socket),
    })
    socket.on('message', (data) => session.receive(data.toString()))
    socket.on('pong', () => session.heard())
    socket.on('ping', () => session.heard())
    socket.on('close', () => session.closed())
    socket.on('error', () => socket.terminate())
  })
}
