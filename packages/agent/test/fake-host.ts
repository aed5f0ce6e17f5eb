import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { AgentEvent, DesiredInstance, ObservedInstance, UsageSample } from '@croft/protocol'
import { pino } from 'pino'
import { createArchiveShare } from '../src/archive/archive-share.ts'
import { openTarget } from '../src/backups/targets/open-target.ts'
import { createOwnPorts } from '../src/gateway/own-ports.ts'
import type { Cgroups } from '../src/host/cgroups.ts'
import type { Clock } from '../src/instances/clock.ts'
import type { Host } from '../src/instances/host.ts'
import { createInstances, type Instances } from '../src/instances/instances.ts'
import { createLimiter } from '../src/instances/limiter.ts'
import { recover } from '../src/instances/recover.ts'
import { createSlots } from '../src/instances/slots.ts'
import { createWarmPool } from '../src/warm-pool/warm-pool.ts'
import { createFakeEngine, type FakeEngine } from './fake-engine.ts'
import { createFakeGateway, type FakeGateway } from './fake-gateway.ts'

/** A clock that moves when a test says so; what is due then runs. */
export interface FakeClock extends Clock {
  advance(ms: number): Promise<void>
}

export function createFakeClock(): FakeClock {
  let now = 1000
  let timers: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    async advance(ms) {
      const end = now + ms
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (!next) break
        now = Math.max(now, next.at)
        timers = timers.filter((other) => other !== next)
        next.run()
        await delay(2)
      }
      now = end
      await delay(2)
    },
  }
}

/** Instances on a fake engine and a fake clock, over a real directory that outlives an agent. */
export interface FakeHost {
  readonly clock: FakeClock
  readonly engine: FakeEngine
  readonly gateway: FakeGateway
  readonly observed: Map<string, ObservedInstance>
  readonly events: AgentEvent['kind'][]
  readonly usage: UsageSample[]
  readonly closedSessions: string[]
  /** Milliseconds of the fake clock at which the last byte went. */
  readonly activity: Map<string, number>
  /** Backups by key; a string is given as the data, an error is thrown. */
  readonly backups: Map<string, string | Error>
  /** What backups say is their size; default: what it is. */
  backupBytes: number | null
  readonly instances: Instances
  want(change: Partial<DesiredInstance> & { id: string }): DesiredInstance
  /** Reads what a hello would say and sends everything wanted, as a control plane does to an agent that joins. */
  relist(): void
  /** Forgets everything in memory and starts again from the disk. */
  restart(): Promise<void>
  /** Ends the pool and removes its data, so that what is left belongs to instances. */
  emptyPool(): Promise<void>
  /** Names below the directory for data, and those of instances. */
  onDisk(): Promise<{ data: string[]; instances: string[] }>
  /** Where an instance's state is kept. */
  stateFile(id: string): string
  until<T>(look: () => T | undefined | false): Promise<T>
  close(): Promise<void>
}

export async function createFakeHost(
  warm = { servers: 0, directories: 0 },
  ports = '7500-7502',
  cgroups: Cgroups | null = null,
): Promise<FakeHost> {
  const root = await mkdtemp(join(tmpdir(), 'croft-instances-'))
  const paths = { data: join(root, 'data'), instances: join(root, 'instances'), runtime: join(root, 'run') }
  for (const path of Object.values(paths)) await mkdir(path)
  const clock = createFakeClock()
  const engine = createFakeEngine()
  const gateway = createFakeGateway()
  const log = pino({ level: 'silent' })
  const wishes = new Map<string, DesiredInstance>()
  const slots = createSlots(paths.data, paths.runtime)
  const resources = { size: 'nano', memoryMb: 1, settings: {} }
  const pool = () => {
    const made = createWarmPool({ engine, slots, clock, log, ...warm, resources })
    made.begin()
    return made
  }

  /** An agent that was killed: what is left of it in this process must not act any more. */
  let life = { dead: false }
  const unlessDead = (mine: { dead: boolean }, act: () => unknown) => {
    if (!mine.dead) act()
  }

  const makeHost = (mine: { dead: boolean }): Host => ({
    clock,
    log,
    slots: {
      ...slots,
      async remove(slot) {
        if (mine.dead) throw new Error('this agent was killed')
        await slots.remove(slot)
      },
    },
    pool: pool(),
    starts: createLimiter(4, { clock, patienceMs: 5000 }),
    engine() {
      if (mine.dead) throw new Error('this agent was killed')
      return engine
    },
    ports: createOwnPorts({ range: ports, gateway: () => gateway }),
    cgroups,
    sessions: {
      traffic: (id) => ({ sessions: 0, lastActivity: fake.activity.get(id) ?? 0 }),
      async close(id, reason) {
        fake.closedSessions.push(`${id}: ${reason}`)
        await engine.gates.sessions
      },
    },
    async openBackup({ key }) {
      const content = fake.backups.get(key)
      if (content instanceof Error) throw content
      return {
        data: Readable.from([Buffer.from(content ?? '')]),
        sizeBytes: fake.backupBytes ?? content?.length ?? 0,
      }
    },
    openStore: (target) => openTarget(target, join(root, 'backups')),
    archives: createArchiveShare(clock, (target) => openTarget(target, join(root, 'backups'))),
    flushArchive: (id, signal) => instances.flushArchive(id, signal),
    chainEnd: (id, chain) => instances.chainEnd(id, chain),
    tell: {
      observed: (one) => unlessDead(mine, () => fake.observed.set(one.id, one)),
      event: (kind) => unlessDead(mine, () => fake.events.push(kind)),
      usage: (sample) => unlessDead(mine, () => fake.usage.push(sample)),
    },
  })

  let host = makeHost(life)
  const fake: FakeHost = {
    clock,
    engine,
    gateway,
    observed: new Map(),
    events: [],
    usage: [],
    closedSessions: [],
    activity: new Map(),
    backups: new Map(),
    backupBytes: null,
    get instances() {
      return instances
    },
    want(change) {
      const before = wishes.get(change.id)
      const wish: DesiredInstance = {
        engine: 'fake',
        version: '1',
        resources,
        presence: 'present',
        epoch: 1,
        origin: { type: 'empty' },
        roles: [{ name: `user_of_${change.id}`, verifier: 'v1' }],
        connectionLimit: 10,
        idleTimeoutSeconds: 60,
        settledEpoch: 0,
        ...before,
        revision: (before?.revision ?? 0) + 1,
        ...change,
      }
      wishes.set(change.id, wish)
      instances.apply({ type: 'desired', full: false, instances: [wish] })
      return wish
    },
    relist() {
      for (const one of instances.observed()) fake.observed.set(one.id, one)
      instances.apply({ type: 'desired', full: true, instances: [...wishes.values()] })
    },
    async restart() {
      life.dead = true
      await host.pool.close()
      life = { dead: false }
      for (const server of engine.servers) server.crash()
      await delay(1)
      // What it had begun ends where it next needs the engine or removes something.
      await instances.close('orderly')
      gateway.listening.clear()
      host = makeHost(life)
      instances = createInstances(host, paths.instances)
      const found = await recover({ instancesDirectory: paths.instances, slots, engines: [engine], log })
      instances.load(found)
    },
    async emptyPool() {
      warm = { servers: 0, directories: 0 }
      await fake.restart()
    },
    async onDisk() {
      return { data: await readdir(paths.data), instances: await readdir(paths.instances) }
    },
    stateFile: (id) => join(paths.instances, id, 'instance.json'),
    async until(look) {
      for (let tries = 0; tries < 3000; tries += 1) {
        const found = look()
        if (found !== undefined && found !== false) return found
        await delay(2)
      }
      throw new Error(`it never came to that: ${JSON.stringify([...fake.observed.values()])}`)
    },
    async close() {
      await instances.close('orderly')
      await host.pool.close()
      await rm(root, { recursive: true, force: true })
    },
  }
  let instances = createInstances(host, paths.instances)
  return fake
}
