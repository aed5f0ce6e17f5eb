import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AgentEvent,
  type DesiredInstance,
  decodeFromServer,
  type EngineOnHost,
  type FromAgent,
  type FromServer,
  type GatewayAddress,
  type ObservedInstance,
  PROTOCOL_VERSION,
  type Task,
  type TaskReport,
  type UsageSample,
} from '@croft/protocol'
import type { AgentSession, Targets } from '../src/domain/targets/index.ts'

export interface AgentScript {
  readonly agentId?: string
  readonly gateway?: GatewayAddress
  /** PostgreSQL 18 unless given. */
  readonly engines?: readonly EngineOnHost[]
  /** Of other engines. */
  readonly gateways?: readonly GatewayAddress[]
  /** What it still has from an earlier life. */
  readonly observed?: readonly ObservedInstance[]
  readonly tasks?: readonly TaskReport[]
  /** What it makes of each desired instance, at once; null says nothing. */
  behave?(wanted: DesiredInstance): ObservedInstance | null
}

export interface ReportParts {
  readonly observed?: ObservedInstance[]
  readonly tasks?: TaskReport[]
  readonly usage?: UsageSample[]
  readonly events?: AgentEvent[]
}

export interface ScriptedAgent {
  /** All that the server said, oldest first. */
  readonly heard: FromServer[]
  /** The newest wish for each instance, and every task, by id. */
  readonly wanted: ReadonlyMap<string, DesiredInstance>
  readonly asked: ReadonlyMap<string, Task>
  readonly pings: () => number
  readonly closed: () => boolean
  say(message: FromAgent): void
  /** Reports and waits until the server has stored it. */
  report(parts: ReportParts): Promise<void>
  /** Answers a ping. */
  pong(): void
  leave(): void
}

const GATEWAY: GatewayAddress = { engine: 'postgres', host: '127.0.0.1', port: 9, sslmode: 'disable' }
const WAIT_MS = 10_000

/** Repeats until it gives something; fails after ten seconds. */
export async function until<Value>(
  read: () => Value | undefined | Promise<Value | undefined>,
): Promise<NonNullable<Value>> {
  const end = performance.now() + WAIT_MS
  for (;;) {
    const value = await read()
    if (value !== undefined && value !== null && value !== false) return value
    if (performance.now() > end) throw new Error(`did not happen within ${WAIT_MS} ms: ${read}`)
    await sleep(5)
  }
}

/** An instance that serves all that is wanted of it. */
export const serving = ({ id, revision, epoch }: DesiredInstance): ObservedInstance =>
  epoch === 0
    ? { id, revision, epoch, status: 'creating', power: 'asleep' }
    : { id, revision, epoch, status: 'ready', power: 'running' }

export const gone = ({ id, revision }: Pick<DesiredInstance, 'id' | 'revision'>): ObservedInstance => ({
  id,
  revision,
  epoch: 0,
  status: 'absent',
  power: 'asleep',
})

/** Does what is wanted of it. */
export const obedient = (wanted: DesiredInstance): ObservedInstance =>
  wanted.presence === 'absent' ? gone(wanted) : serving(wanted)

/**
 * An agent without a host: speaks the protocol with `targets` in this process, every message checked as if it had
 * come over the wire.
 */
export function connectAgent(
  targets: Pick<Targets, 'openAgentSession'>,
  targetId: string,
  script: AgentScript = {},
): ScriptedAgent {
  const heard: FromServer[] = []
  const wanted = new Map<string, DesiredInstance>()
  const asked = new Map<string, Task>()
  let pings = 0
  let closed = false
  let seq = 0
  const end = (): void => {
    if (closed) return
    closed = true
    session.closed()
  }
  const session: AgentSession = targets.openAgentSession(targetId, {
    send(text) {
      const message = decodeFromServer(text)
      heard.push(message)
      if (message.type === 'tasks') for (const task of message.tasks) asked.set(task.id, task)
      if (message.type !== 'desired') return
      for (const instance of message.instances) wanted.set(instance.id, instance)
      const observed = message.instances.flatMap((instance) => script.behave?.(instance) ?? [])
      if (observed.length > 0) queueMicrotask(() => void tell({ observed }))
    },
    ping: () => void pings++,
    close: () => queueMicrotask(end),
  })
  const say = (message: FromAgent): void => {
    if (!closed) session.receive(JSON.stringify(message))
  }
  function tell({ observed = [], tasks = [], usage = [], events = [] }: ReportParts): number {
    say({ type: 'report', seq: ++seq, observed, tasks, usage, events })
    return seq
  }
  say({
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    agentId: script.agentId ?? 'agent-1',
    hostname: 'test',
    agentVersion: '0',
    engines: [...(script.engines ?? [{ engine: 'postgres', version: '18', installed: true }])],
    gateways: [script.gateway ?? GATEWAY, ...(script.gateways ?? [])],
    observed: [...(script.observed ?? [])],
    tasks: [...(script.tasks ?? [])],
  })
  return {
    heard,
    wanted,
    asked,
    pings: () => pings,
    closed: () => closed,
    say,
    async report(parts) {
      const sent = tell(parts)
      await until(() => {
        if (heard.some((message) => message.type === 'ack' && message.seq >= sent)) return true
        if (closed) throw new Error('the server closed the connection instead of storing the report')
        return undefined
      })
    },
    pong: () => session.heard(),
    leave: end,
  }
}
