import type { InstancePower } from '@croft/protocol'
import type { Exit, Server } from '../engines/engine.ts'
import { AgentFault } from '../fault.ts'
import { abortable } from './abortable.ts'
import { backOff } from './back-off.ts'
import type { Clock } from './clock.ts'

/** A server up for this long is healthy again: its failures are forgotten. */
const HEALTHY_MS = 60_000
/** Who comes within so long of the next try waits for it; who comes earlier is told the fault at once. */
const PATIENCE_MS = 5000

/** What a caller holds while it uses a server. */
export interface Hold {
  readonly server: Server
  release(): void
}

/** Thrown to who waits for a server whose data directory has been replaced or removed. */
export class PowerClosed extends Error {}

export interface PowerOptions {
  readonly clock: Clock
  /** Starts the server; throws `AgentFault`. */
  start(): Promise<Server>
  /** A stop that is not forced: sessions are closed, the mark is read, changes are archived, the server ends. */
  stop(server: Server, reason: string): Promise<void>
  /** Asked of a server that is idle: whether it may sleep now. */
  maySleep(): Promise<boolean>
  /** `after` says what the server was before: asleep by wish, or crashed. */
  onStarted(after: 'sleep' | 'crash', tookMs: number): void
  onCrashed(exit: Exit): void
  /** Any change of `state`, and a hold's end. */
  onChange(): void
}

/** One data directory's server: asleep -> starting -> running -> stopping -> asleep, one step at a time. */
export interface Power {
  readonly state: InstancePower
  /** Its exit was not asked for, and it has not been up since. */
  readonly crashed: boolean
  readonly fault: AgentFault | null
  /** When the next start may be tried. */
  readonly retryAt: number
  /** Holds under way that keep it awake (copies, roles being applied). */
  readonly holds: number
  /** The running server, for samples and idle checks; undefined in any other state. */
  readonly server: Server | undefined
  /** When it was last started or asked for. */
  readonly lastUsed: number
  /**
   * Wakes the server and holds it. A stop under way is waited for. Holds of sessions do not keep it awake: a
   * session's silence is judged by its traffic.
   */
  hold(kind: 'session' | 'work', signal?: AbortSignal): Promise<Hold>
  /** Takes over a server that was started elsewhere on this directory. */
  adopt(server: Server): void
  /** Stops it when `stillIdle`, asked once more after the server said that it is not busy. True when it sleeps. */
  sleep(stillIdle: () => boolean): Promise<boolean>
  /** Stops it now; a later hold starts it again. */
  stop(reason: string): Promise<void>
  /**
   * Stops it for ever. `orderly` does what sleep does first; `at-once` is for data that is old or to go, and cuts an
   * orderly stop short that takes too long.
   */
  close(how: 'orderly' | 'at-once'): Promise<void>
}

type Phase =
  | { readonly state: 'asleep' }
  | { readonly state: 'starting'; readonly done: Promise<void> }
  | { readonly state: 'running'; readonly server: Server; readonly since: number }
  | { readonly state: 'stopping'; readonly server: Server; readonly done: Promise<void> }

export function createPower(options: PowerOptions): Power {
  const { clock } = options
  let phase: Phase = { state: 'asleep' }
  let closed = false
  let crashed = false
  let failures = 0
  let retryAt = 0
  let fault: AgentFault | null = null
  let holds = 0
  let lastUsed = clock.now()
  const over = new AbortController()

  function enter(next: Phase): void {
    phase = next
    options.onChange()
  }

  function failed(error: AgentFault): void {
    failures += 1
    fault = error
    retryAt = clock.now() + backOff(failures)
  }

  function up(server: Server): void {
    const since = clock.now()
    lastUsed = since
    crashed = false
    fault = null
    void server.exited.then((exit) => {
      if (phase.state !== 'running' || phase.server !== server) return
      if (clock.now() - since >= HEALTHY_MS) failures = 0
      crashed = true
      failed(new AgentFault('server-crashed', 'The database server exited unexpectedly; it is restarted.'))
      options.onCrashed(exit)
      enter({ state: 'asleep' })
    })
    enter({ state: 'running', server, since })
  }

  function start(): Promise<void> {
    const after = crashed ? 'crash' : 'sleep'
    const began = clock.now()
    const done = options.start().then(
      (server) => {
        up(server)
        options.onStarted(after, clock.now() - began)
      },
      (error: unknown) => {
        const known =
          error instanceof AgentFault
            ? error
            : new AgentFault('server-start-failed', 'The database server does not start.', { cause: error })
        failed(known)
        enter({ state: 'asleep' })
        throw known
      },
    )
    done.catch(() => {})
    enter({ state: 'starting', done })
    return done
  }

  function halt(server: Server, reason: string, how: 'orderly' | 'at-once'): Promise<void> {
    const stopped = how === 'orderly' ? options.stop(server, reason) : server.stop('immediate')
    const done = stopped.finally(() => {
      failures = 0
      retryAt = 0
      fault = null
      crashed = false
      enter({ state: 'asleep' })
    })
    done.catch(() => {})
    enter({ state: 'stopping', server, done })
    return done
  }

  /** Waits for the next try, or until there will be none. */
  function pauseUntil(time: number, signal: AbortSignal | undefined): Promise<void> {
    let cancel = () => {}
    const pause = new Promise<void>((resolve) => {
      cancel = clock.after(time - clock.now(), resolve)
    })
    const ended = abortable(pause, over.signal).catch(() => {})
    return abortable(ended, signal).finally(() => cancel())
  }

  return {
    get state() {
      return phase.state
    },
    get crashed() {
      return crashed
    },
    get fault() {
      return fault
    },
    get retryAt() {
      return retryAt
    },
    get holds() {
      return holds
    },
    get server() {
      return phase.state === 'running' ? phase.server : undefined
    },
    get lastUsed() {
      return lastUsed
    },
    async hold(kind, signal) {
      for (;;) {
        signal?.throwIfAborted()
        if (closed) throw new PowerClosed('this data directory no longer serves')
        if (phase.state === 'running') break
        if (phase.state === 'starting') await abortable(phase.done, signal)
        else if (phase.state === 'stopping')
          await abortable(
            phase.done.catch(() => {}),
            signal,
          )
        else if (clock.now() >= retryAt) await abortable(start(), signal)
        else if (fault && retryAt - clock.now() > PATIENCE_MS) throw fault
        else await pauseUntil(retryAt, signal)
      }
      const { server } = phase
      lastUsed = clock.now()
      if (kind === 'work') holds += 1
      let held = true
      return {
        server,
        release() {
          if (!held) return
          held = false
          lastUsed = clock.now()
          if (kind !== 'work') return
          holds -= 1
          options.onChange()
        },
      }
    },
    adopt(server) {
      if (phase.state !== 'asleep' || closed) throw new Error('adopt: this directory has a server already')
      up(server)
    },
    async sleep(stillIdle) {
      if (phase.state !== 'running' || holds > 0 || !stillIdle()) return false
      const { server } = phase
      const activity = await server.activity().catch(() => null)
      if (!activity || activity.busy > 0 || !(await options.maySleep())) return false
      // All may have changed while the server and its archive were asked.
      if (closed || phase.state !== 'running' || phase.server !== server || holds > 0 || !stillIdle())
        return false
      await halt(server, 'the database goes to sleep', 'orderly')
      return true
    },
    async stop(reason) {
      if (phase.state === 'starting') await phase.done.catch(() => {})
      if (phase.state === 'running') await halt(phase.server, reason, 'orderly')
      else if (phase.state === 'stopping') await phase.done
    },
    async close(how) {
      closed = true
      over.abort()
      if (phase.state === 'starting') await phase.done.catch(() => {})
      if (phase.state === 'running') await halt(phase.server, 'the server is stopped', how)
      else if (phase.state === 'stopping') {
        if (how === 'at-once') await phase.server.stop('immediate')
        await phase.done
      }
    },
  }
}
