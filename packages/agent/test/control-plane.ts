import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  AGENT_PATH,
  type AgentEvent,
  type DesiredInstance,
  decodeFromAgent,
  type FromServer,
  type Hello,
  type ObservedInstance,
  PROTOCOL_VERSION,
  type Task,
  type TaskReport,
  type UsageSample,
} from '@croft/protocol'
import { type WebSocket, WebSocketServer } from 'ws'

/** The control plane's side of the protocol, as small as can be: it keeps what agents tell and sends what a test wants. */
export interface ControlPlane {
  readonly url: string
  readonly token: string
  readonly observed: Map<string, ObservedInstance>
  readonly tasks: Map<string, TaskReport>
  readonly usage: UsageSample[]
  readonly events: AgentEvent[]
  readonly hellos: Hello[]
  /** Wants this of an instance, now and in every full list from now on. */
  want(...instances: DesiredInstance[]): void
  ask(task: Task): void
  /** Drops the connection; agents may come back. */
  drop(): void
  /** Whether reports are acknowledged. */
  acknowledge: boolean
  /** Sends any text to the connected agent. */
  sendRaw(text: string): void
  /** Resolves with what `look` gives once that is not undefined; it is asked after each message. */
  until<T>(look: () => T | undefined, what: string): Promise<T>
  close(): Promise<void>
}

const PATIENCE_MS = 30_000

export async function startControlPlane(): Promise<ControlPlane> {
  const token = 'join-token'
  const wanted = new Map<string, DesiredInstance>()
  const observed = new Map<string, ObservedInstance>()
  const tasks = new Map<string, TaskReport>()
  const usage: UsageSample[] = []
  const events: AgentEvent[] = []
  const hellos: Hello[] = []
  const watchers = new Set<() => void>()
  let agent: WebSocket | null = null

  const http = createServer()
  const sockets = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, socket, head) => {
    if (request.url !== AGENT_PATH || request.headers.authorization !== `Bearer ${token}`) {
      socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (client) => serve(client))
  })

  function send(message: FromServer): void {
    agent?.send(JSON.stringify(message))
  }

  function serve(client: WebSocket): void {
    client.on('message', (bytes) => {
      const message = decodeFromAgent(bytes.toString())
      if (message.type === 'hello') {
        agent = client
        hellos.push(message)
        for (const one of message.observed) observed.set(one.id, one)
        for (const one of message.tasks) tasks.set(one.id, one)
        send({ type: 'welcome', protocol: PROTOCOL_VERSION, targetId: 'target', heartbeatSeconds: 1 })
        send({ type: 'desired', full: true, instances: [...wanted.values()] })
      } else if (message.type === 'report') {
        for (const one of message.observed) observed.set(one.id, one)
        for (const one of message.tasks) tasks.set(one.id, one)
        usage.push(...message.usage)
        events.push(...message.events)
        if (plane.acknowledge) send({ type: 'ack', seq: message.seq })
      }
      for (const look of [...watchers]) look()
    })
    client.on('close', () => {
      if (agent === client) agent = null
    })
    client.on('error', () => {})
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const plane: ControlPlane = {
    url: `http://127.0.0.1:${port}`,
    token,
    observed,
    tasks,
    usage,
    events,
    hellos,
    acknowledge: true,
    want(...instances) {
      for (const one of instances) wanted.set(one.id, one)
      send({ type: 'desired', full: false, instances })
    },
    ask: (task) => send({ type: 'tasks', tasks: [task] }),
    drop: () => agent?.terminate(),
    sendRaw: (text) => agent?.send(text),
    until(look, what) {
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          watchers.delete(check)
          const seen = JSON.stringify([...observed.values()])
          reject(new Error(`never came: ${what}; observed: ${seen}; events: ${JSON.stringify(events)}`))
        }, PATIENCE_MS)
        const check = () => {
          const found = look()
          if (found === undefined) return
          clearTimeout(late)
          watchers.delete(check)
          resolve(found)
        }
        watchers.add(check)
        check()
      })
    },
    async close() {
      for (const client of sockets.clients) client.terminate()
      sockets.close()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  return plane
}
