import { randomUUID } from 'node:crypto'
import {
  decodeFromAgent,
  type Engines,
  type FromAgent,
  type FromServer,
  type Hello,
  MalformedMessage,
  PROTOCOL_VERSION,
  type Refusal,
} from '@croft/protocol'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import { recordEngines } from '../engines/index.ts'
import { seedPlans } from '../plans/index.ts'
import { desiredInstances } from './desired-instances.ts'
import { failTasks } from './fail-tasks.ts'
import { isLarge, openTasks } from './open-tasks.ts'
import { readStorage, type StorageDeps, wireTask } from './resolve-storage.ts'
import { type StoreReportDeps, storeReport } from './store-report.ts'

/** The WebSocket of an agent, as far as a session needs it. */
export interface AgentSocket {
  send(text: string): void
  ping(): void
  /** Ends the connection, without waiting for an answer that may never come. */
  close(): void
}

export interface AgentSessionDeps extends StoreReportDeps, StorageDeps {
  readonly log: Logger
  /** Backups, and checks of backups, that run on one host at one time. */
  readonly largeTasksAtOnce: number
}

export interface AgentSession {
  receive(text: string): void
  /** The agent answered a ping. */
  heard(): void
  closed(): void
}

const HEARTBEAT_SECONDS = 10
/** Pings without an answer after which the host is taken for gone: it may have lost power and closed nothing. */
const MAX_UNANSWERED = 2
/** An agent sends one report at a time and waits for its ack, so more than a few waiting messages are a fault. */
const MAX_WAITING = 100

/**
 * Serves one connection of a target's agent: tells it what is wanted, stores what it reports. Messages are
 * handled one after another. `target` is whom the join token belongs to.
 */
export function openAgentSession(
  deps: AgentSessionDeps,
  targetId: string,
  socket: AgentSocket,
): AgentSession {
  const { db, signals } = deps
  const log = deps.log.child({ targetId })
  const sessionId = randomUUID()
  const ends: (() => void)[] = []
  let greeted = false
  let open = true
  let waiting = 0
  let last: Promise<void> = Promise.resolve()
  let changed = new Set<string>()
  let tasksDue = false
  let moreTasks = false
  /** Large tasks that the agent has. */
  let given: ReadonlySet<string> = new Set()
  let unanswered = 0

  const send = (message: FromServer): void => {
    if (open) socket.send(JSON.stringify(message))
  }
  const refuse = (code: Refusal['code'], message: string, retry: boolean): void => {
    log.warn({ code }, message)
    send({ type: 'refusal', code, message, retry })
    socket.close()
  }
  const inTurn = (work: () => Promise<void>): void => {
    waiting += 1
    last = last
      .then(() => (open ? work() : undefined))
      .catch((error: unknown) => {
        log.error({ err: error }, 'serving an agent failed')
        // It connects again and tells everything anew.
        socket.close()
      })
      .finally(() => {
        waiting -= 1
      })
  }

  async function sendDesired(ids: readonly string[] | 'all'): Promise<void> {
    const instances = await desiredInstances(db, deps, targetId, ids)
    if (ids === 'all' || instances.length > 0) send({ type: 'desired', full: ids === 'all', instances })
  }

  async function sendTasks(isFirst = false): Promise<void> {
    // Each round ends the tasks that it found unreadable, so others take their place.
    while (!(await sendReadable(isFirst)));
  }

  /** False when some could not be sent, and were ended instead. */
  async function sendReadable(isFirst: boolean): Promise<boolean> {
    const largeAtOnce = deps.largeTasksAtOnce
    const { tasks, more } = await openTasks(db, targetId, { given, largeAtOnce, isFirst })
    const storage = await readStorage(db, deps, {
      targets: tasks.flatMap((task) => ('target' in task ? [task.target] : [])),
      databases: tasks.flatMap((task) => ('keyOf' in task && task.keyOf !== undefined ? [task.keyOf] : [])),
    })
    const wired = tasks.map((task) => ({ task, wire: wireTask(task, storage) }))
    const unreadable = wired.flatMap(({ task, wire }) => (wire ? [] : [task.id]))
    if (unreadable.length > 0) {
      await failTasks(deps, targetId, unreadable)
      return false
    }
    moreTasks = more
    given = new Set(tasks.filter(isLarge).map((task) => task.id))
    const sent = wired.flatMap(({ wire }) => wire ?? [])
    if (sent.length > 0) send({ type: 'tasks', tasks: sent })
    return true
  }

  function followChanges(): void {
    ends.push(
      signals.on('instance', (payload) => {
        const [target, instance] = payload?.split(':') ?? []
        if (payload === null) inTurn(() => sendDesired('all'))
        if (target !== targetId || instance === undefined) return
        // Several changes that come while one is being read are read together.
        changed.add(instance)
        if (changed.size > 1) return
        inTurn(() => {
          const ids = [...changed]
          changed = new Set()
          return sendDesired(ids)
        })
      }),
      signals.on('task', (payload) => {
        if (tasksDue || (payload !== null && payload !== targetId)) return
        tasksDue = true
        inTurn(() => {
          tasksDue = false
          return sendTasks()
        })
      }),
    )
  }

  async function greet(hello: Hello): Promise<void> {
    if (hello.protocol !== PROTOCOL_VERSION) {
      const versions = `The agent speaks protocol ${hello.protocol}, this server ${PROTOCOL_VERSION}`
      return refuse('wrong-protocol', `${versions}: run the same version of Croft on both.`, false)
    }
    const refuseOther = () =>
      refuse('other-agent', 'Another agent has joined with this token; each host needs its own.', false)
    const { agent_id: before } = await db
      .selectFrom('targets')
      .select('agent_id')
      .where('id', '=', targetId)
      .executeTakeFirstOrThrow()
    if (before !== null && before !== hello.agentId) return refuseOther()
    // First, so that whoever sees the host connected finds its engines listed.
    await listEngines(hello.engines)
    const joined = await db
      .updateTable('targets')
      .set({
        agent_id: hello.agentId,
        agent: {
          hostname: hello.hostname,
          agentVersion: hello.agentVersion,
          engines: hello.engines,
          gateways: hello.gateways,
        },
        session_id: sessionId,
        connected_at: new Date(),
        last_seen_at: new Date(),
      })
      .where('id', '=', targetId)
      .where((eb) => eb.or([eb('agent_id', 'is', null), eb('agent_id', '=', hello.agentId)]))
      .returning('id')
      .executeTakeFirst()
    if (!joined) return refuseOther()
    greeted = true
    // Gone while this was written: `closed` did not know yet that there was something to take back.
    if (!open) return noteEnd()
    send({ type: 'welcome', protocol: PROTOCOL_VERSION, targetId, heartbeatSeconds: HEARTBEAT_SECONDS })
    followChanges()
    const beat = setInterval(() => inTurn(stillHere), HEARTBEAT_SECONDS * 1000)
    ends.push(() => clearInterval(beat))
    const { observed, tasks } = hello
    if (!(await storeReport(deps, { targetId, sessionId }, { observed, tasks, usage: [], events: [] }))) {
      return refuseReplaced()
    }
    await sendDesired('all')
    await sendTasks(true)
    log.info({ hostname: hello.hostname }, 'agent connected')
  }

  async function storeEngines({ engines }: Engines): Promise<void> {
    await db
      .updateTable('targets')
      .set({ agent: sql`jsonb_set(agent, '{engines}', ${JSON.stringify(engines)}::jsonb)` })
      .where('id', '=', targetId)
      .where('session_id', '=', sessionId)
      .execute()
    await listEngines(engines)
  }

  async function listEngines(engines: Hello['engines']): Promise<void> {
    await recordEngines(db, engines)
    await seedPlans(db, engines)
  }

  const refuseReplaced = (): void =>
    refuse('replaced', 'A newer connection of this agent has taken over.', false)

  async function stillHere(): Promise<void> {
    if (unanswered >= MAX_UNANSWERED) {
      log.warn('the agent answers no ping; taken for gone')
      return socket.close()
    }
    const heardOf = unanswered === 0
    unanswered += 1
    socket.ping()
    const row = await db
      .updateTable('targets')
      .set((eb) => ({ last_seen_at: heardOf ? new Date() : eb.ref('last_seen_at') }))
      .where('id', '=', targetId)
      .where('session_id', '=', sessionId)
      .returning('id')
      .executeTakeFirst()
    if (!row) refuseReplaced()
  }

  async function noteEnd(): Promise<void> {
    await db
      .updateTable('targets')
      .set({ connected_at: null })
      .where('id', '=', targetId)
      .where('session_id', '=', sessionId)
      .execute()
  }

  async function handle(message: FromAgent): Promise<void> {
    if (message.type === 'hello') {
      if (greeted) return refuse('bad-message', 'A second hello on one connection.', true)
      return greet(message)
    }
    if (!greeted) return refuse('bad-message', 'The first message must be a hello.', true)
    if (message.type === 'engines') return storeEngines(message)
    if (!(await storeReport(deps, { targetId, sessionId }, message))) return refuseReplaced()
    send({ type: 'ack', seq: message.seq })
    // One that has ended makes room, and so does one that waits for its target.
    const makesRoom = message.tasks.some((task) => task.state !== 'running' || task.fault !== undefined)
    if (moreTasks && makesRoom) await sendTasks()
  }

  return {
    heard() {
      unanswered = 0
    },
    receive(text) {
      unanswered = 0
      if (waiting > MAX_WAITING) return refuse('bad-message', 'Too many messages are waiting.', true)
      try {
        const message = decodeFromAgent(text)
        inTurn(() => handle(message))
      } catch (error) {
        if (!(error instanceof MalformedMessage)) throw error
        refuse('bad-message', error.message, false)
      }
    },
    closed() {
      if (!open) return
      open = false
      for (const end of ends) end()
      if (!greeted) return
      log.info('agent disconnected')
      noteEnd().catch((error: unknown) => log.error({ err: error }, 'noting an agent’s end failed'))
    },
  }
}
