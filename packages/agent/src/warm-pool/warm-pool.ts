import type { Resources } from '@croft/protocol'
import type { Logger } from 'pino'
import type { Engine, Server } from '../engines/engine.ts'
import { AgentFault } from '../fault.ts'
import { backOff } from '../instances/back-off.ts'
import type { Clock } from '../instances/clock.ts'
import { resourcesKey } from '../instances/fingerprint.ts'
import type { Slots } from '../instances/slots.ts'
import { createUsualResources, type UsualResources } from './usual-resources.ts'

/** Creations come in bursts; the pool takes the CPU only when there was none for so long, in ms. */
const QUIET_MS = 150

export interface WarmData {
  readonly slot: string
  /** A started server, or null for a stopped directory. */
  readonly server: Server | null
}

/** Initialized directories and started servers of one version, ready to be adopted. */
export interface WarmPool {
  /** Starts filling it, once it is sure that this agent runs. */
  begin(): void
  /** The best that fits, without waiting; undefined when there is none. It is the caller's from then on. */
  take(engine: string, version: string, resources: Resources): WarmData | undefined
  /** The pool does nothing while creations are under way: they need the CPU. */
  during(creation: Promise<void>): Promise<void>
  /** Resolves when the pool is full, for tests and benchmarks. */
  full(): Promise<void>
  /** Stops refilling and every started server. */
  close(): Promise<void>
}

export interface WarmPoolOptions {
  readonly engine: Engine
  readonly slots: Slots
  readonly clock: Clock
  readonly log: Logger
  /** Started servers, and stopped directories beyond them. */
  readonly servers: number
  readonly directories: number
  /**
   * What servers of the default version are started with until creations ask for something else. Without it, the pool
   * is empty until a first creation shows the version and the resources.
   */
  readonly resources?: Resources
}

/** What the pool holds. */
interface Kind {
  readonly version: string
  readonly usual: UsualResources
}

interface Started {
  readonly slot: string
  readonly server: Server
  readonly key: string
}

export function createWarmPool(options: WarmPoolOptions): WarmPool {
  const { engine, slots, clock, log } = options
  let kind: Kind | undefined = options.resources && {
    version: engine.defaultVersion,
    usual: createUsualResources(options.resources),
  }
  const wanted = {
    servers: engine.capabilities.warmStart ? options.servers : 0,
    directories: options.directories,
  }
  let started: Started[] = []
  const directories: string[] = []
  let creations = 0
  let failures = 0
  let closed = false
  let filling: Promise<void> | null = null
  let cancel = () => {}
  const onFull: (() => void)[] = []

  function stale(): Started | undefined {
    return started.find(({ key }) => key !== kind?.usual.key)
  }

  function isFull(): boolean {
    if (!kind) return true
    return !stale() && started.length >= wanted.servers && directories.length >= wanted.directories
  }

  async function startOne(slot: string, { version, usual }: Kind): Promise<void> {
    const { key, resources } = usual
    const runtimeDirectory = await slots.openRuntime(slot)
    const directory = slots.directory(slot)
    const server = await engine.start({
      version,
      directory,
      runtimeDirectory,
      resources,
      log: log.child({ slot }),
    })
    const entry = { slot, server, key }
    started.push(entry)
    void server.exited.then(() => {
      if (!started.includes(entry)) return
      started = started.filter((other) => other !== entry)
      if (closed) return
      log.warn({ slot }, 'a warm server exited; another one takes its place')
      slots.remove(slot).catch((err: unknown) => log.warn({ err, slot }, 'a warm directory is not removed'))
      refillSoon()
    })
  }

  /** One step towards full; each is short, so that a creation never waits behind many. */
  async function fillOne(of: Kind): Promise<void> {
    const old = stale()
    if (old) {
      started = started.filter((entry) => entry !== old)
      await old.server.stop('fast')
      directories.push(old.slot)
      return
    }
    const toStart = started.length < wanted.servers
    const ready = toStart ? directories.pop() : undefined
    const slot = ready ?? slots.create()
    try {
      if (!ready) await engine.initialize(of.version, slots.directory(slot))
      if (toStart && !closed) await startOne(slot, of)
      else directories.push(slot)
    } catch (error) {
      await slots.remove(slot).catch(() => {})
      throw error
    }
  }

  /** The host may get another version: what there is of this one must not pass for it. */
  async function forget(): Promise<void> {
    kind = undefined
    const servers = started
    started = []
    const left = [...directories.splice(0), ...servers.map(({ slot }) => slot)]
    await Promise.all(servers.map(({ server }) => server.stop('immediate').catch(() => {})))
    for (const slot of left) await slots.remove(slot).catch(() => {})
  }

  async function fill(): Promise<void> {
    try {
      while (kind && !closed && creations === 0 && !isFull()) await fillOne(kind)
      failures = 0
    } catch (err) {
      if (notInstalled(err) && !options.resources) await forget()
      failures += 1
      log.warn({ err }, 'the warm pool could not be filled; it is tried again after a pause')
    }
    filling = null
    if (isFull()) for (const done of onFull.splice(0)) done()
    else refillSoon()
  }

  function refillSoon(): void {
    if (closed || filling || creations > 0 || isFull()) return
    cancel()
    const pause = failures === 0 ? QUIET_MS : Math.max(1000, backOff(failures))
    cancel = clock.after(pause, () => {
      if (!closed && !filling && creations === 0) filling = fill()
    })
  }

  return {
    begin: refillSoon,
    take(engineName, askedVersion, resources) {
      if (closed || engineName !== engine.name) return undefined
      kind ??= { version: askedVersion, usual: createUsualResources(resources) }
      if (askedVersion !== kind.version) return undefined
      const key = resourcesKey(resources)
      kind.usual.saw(resources)
      const entry = started.find((one) => one.key === key)
      if (entry) {
        started = started.filter((one) => one !== entry)
        return { slot: entry.slot, server: entry.server }
      }
      const slot = directories.pop()
      return slot === undefined ? undefined : { slot, server: null }
    },
    async during(creation) {
      creations += 1
      cancel()
      try {
        await creation
      } finally {
        creations -= 1
        refillSoon()
      }
    },
    async full() {
      if (!isFull()) await new Promise<void>((resolve) => onFull.push(resolve))
    },
    async close() {
      closed = true
      cancel()
      await filling
      const servers = started
      started = []
      // Their data is nobody's: it is removed by the next start.
      await Promise.all(servers.map(({ server }) => server.stop('immediate').catch(() => {})))
    },
  }
}

function notInstalled(error: unknown): boolean {
  return error instanceof AgentFault && error.code === 'engine-not-installed'
}
