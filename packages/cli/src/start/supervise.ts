import { setTimeout as sleep } from 'node:timers/promises'
import { type EndStep, endProcesses, isAlive, type ProcessIdentity } from '../process/identity.ts'
import { listGroup } from '../process/table.ts'
import { type Backoff, restartDelay } from './backoff.ts'
import { type Child, spawnChild } from './child.ts'
import type { LogFile } from './log-file.ts'
import { describeExit, type Exit, type Program } from './program.ts'

export interface Patience extends Backoff {
  /** Deaths before the first ready message after which the start has failed. */
  readonly startAttempts: number
  readonly readyMs: number
  /** How long a stop may take before the program is ended by force. */
  readonly stopMs: number
}

export const PATIENCE: Patience = {
  firstMs: 500,
  longestMs: 15_000,
  healthyMs: 60_000,
  startAttempts: 3,
  // The first start of all initializes a data directory, on slow disks, too.
  readyMs: 120_000,
  stopMs: 10_000,
}

/** Exit codes that say "starting me again cannot help": wrong settings, and data in use by another Croft. */
const HOPELESS_CODES: readonly (number | null)[] = [2, 3]
const FORCE_MS = 5_000

export class StartFailed extends Error {
  readonly program: string
  constructor(program: string, message: string) {
    super(message)
    this.name = 'StartFailed'
    this.program = program
  }
}

export interface SuperviseEvents<Ready> {
  /** Each time it is ready, so also after a restart. */
  onReady(ready: Ready, first: boolean): void
  /** It died after it had been ready once; it is started again after the delay. */
  onDeath(exit: Exit, delayMs: number): void
  /** Another process runs now (or none). */
  onChild(identity: ProcessIdentity | null): void
}

export interface Supervised<Ready> {
  readonly name: string
  /** Rejects with `StartFailed` when it cannot be started. */
  readonly ready: Promise<Ready>
  /** Asks it to end, then forces it; whatever it left in its process group is ended, too. */
  stop(): Promise<void>
  /** The same without asking. */
  kill(): Promise<void>
}

/** Runs a program and starts it again whenever it dies, until stopped. */
export function supervise<Ready>(
  program: Program<Ready>,
  log: LogFile,
  events: SuperviseEvents<Ready>,
  patience: Patience = PATIENCE,
): Supervised<Ready> {
  const stopping = new AbortController()
  let current: Child<Ready> | null = null
  let orphans: readonly ProcessIdentity[] = []
  let wasReady = false
  const first = Promise.withResolvers<Ready>()
  // Whoever only stops the program need not look at the promise.
  first.promise.catch(() => {})

  const announce = (ready: Ready) => {
    try {
      events.onReady(ready, !wasReady)
    } catch (error) {
      first.reject(error)
      log.write(Buffer.from(`${error instanceof Error ? error.message : String(error)}\n`))
    }
    wasReady = true
    first.resolve(ready)
  }

  /** Null when not even its arguments could be put together; the log then says why. */
  function trySpawn(): Child<Ready> | null {
    try {
      return spawnChild(program, log)
    } catch (error) {
      log.write(Buffer.from(`${error instanceof Error ? error.message : String(error)}\n`))
      return null
    }
  }

  /** Runs one incarnation to its end. */
  async function live(): Promise<{ exit: Exit; tooSlow: boolean }> {
    log.clearTail()
    const child = trySpawn()
    if (!child) return { exit: { code: null, signal: null }, tooSlow: false }
    current = child
    events.onChild(child.identity)
    let isReady = false
    let tooSlow = false
    const timer = setTimeout(() => {
      tooSlow = true
      if (child.identity) void endProcesses([child.identity], [{ signal: 'SIGKILL', waitMs: FORCE_MS }])
    }, patience.readyMs)
    void child.ready.then((ready) => {
      isReady = true
      clearTimeout(timer)
      announce(ready)
    })
    const exit = await child.exited
    clearTimeout(timer)
    current = null
    events.onChild(null)
    orphans = [...orphans.filter(isAlive), ...listGroup(child.group)]
    return { exit, tooSlow: tooSlow && !isReady }
  }

  async function keepRunning(): Promise<void> {
    let deaths = 0
    while (!stopping.signal.aborted) {
      const since = Date.now()
      const { exit, tooSlow } = await live()
      if (stopping.signal.aborted) return
      deaths = Date.now() - since > patience.healthyMs ? 1 : deaths + 1
      if (!wasReady) {
        if (tooSlow)
          throw new StartFailed(program.name, `was not ready within ${Math.round(patience.readyMs / 1000)} s`)
        if (deaths >= patience.startAttempts || HOPELESS_CODES.includes(exit.code))
          throw new StartFailed(program.name, `could not be started (${describeExit(exit)})`)
      }
      const delay = restartDelay(deaths, patience)
      if (wasReady) events.onDeath(exit, delay)
      await sleep(delay, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const running = keepRunning().catch((error: unknown) => first.reject(error))

  async function end(own: readonly EndStep[], left: readonly EndStep[]): Promise<void> {
    stopping.abort()
    first.reject(new StartFailed(program.name, 'was stopped before it was ready'))
    const child = current
    if (child?.identity) await endProcesses([child.identity], own)
    await running
    // What a killed agent leaves in its process group are database servers.
    await endProcesses(orphans, left)
  }

  // PostgreSQL: SIGINT disconnects everybody and writes a checkpoint, SIGQUIT leaves the rest to recovery.
  const force: readonly EndStep[] = [
    { signal: program.killSignal, waitMs: FORCE_MS },
    { signal: 'SIGKILL', waitMs: FORCE_MS },
  ]
  const forceServers: readonly EndStep[] = [
    { signal: 'SIGQUIT', waitMs: FORCE_MS },
    { signal: 'SIGKILL', waitMs: FORCE_MS },
  ]
  const asking = (signal: NodeJS.Signals): EndStep => ({ signal, waitMs: patience.stopMs })
  return {
    name: program.name,
    ready: first.promise,
    stop: () => end([asking(program.stopSignal), ...force], [asking('SIGINT'), ...forceServers]),
    kill: () => end(force, forceServers),
  }
}
