import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { PassThrough, type Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { asUser, type RunAs } from '../host/run-as.ts'
import type { Exit } from './engine.ts'
import { killAll, type ServerKind } from './server-lock.ts'

/** A server's main process, answering or not. */
export interface ServerProcess<Log> {
  readonly pid: number
  readonly log: Log
  readonly exited: Promise<Exit>
  hasExited(): boolean
  /** Resolves when the process is gone; grows harder when it takes too long. */
  stop(mode: 'fast' | 'immediate'): Promise<void>
}

export interface ServerProcessOptions<Log> {
  readonly kind: ServerKind
  readonly program: string
  readonly args: readonly string[]
  /** What the program finds beside the usual PATH and locale. */
  readonly env?: Readonly<Record<string, string>>
  readonly directory: string
  readonly runAs: RunAs | null
  readonly log: Logger
  /** It says what it does on stdout, and on stderr only what it complains of before it can. */
  readonly saysOnStdout?: boolean
  /** Reads what the server says. */
  followLog(said: Readable, log: Logger): Log
}

/** Spawns the server itself: what is signalled and waited for is it. Throws when it cannot be executed. */
export async function spawnServer<Log>(options: ServerProcessOptions<Log>): Promise<ServerProcess<Log>> {
  const { directory, kind } = options
  const child = spawn(options.program, [...options.args], {
    cwd: directory,
    ...asUser(options.runAs),
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', ...options.env },
    stdio: ['ignore', options.saysOnStdout ? 'pipe' : 'ignore', 'pipe'],
  })
  endWithUs(child, kind.immediate)
  const said = [child.stdout, child.stderr].filter((stream) => stream !== null)
  const log = options.followLog(merge(said), options.log)
  let gone = false
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      gone = true
      resolve({ code, signal })
    })
  })
  await once(child, 'spawn')
  const { pid } = child
  if (pid === undefined) throw new Error('a spawned process has an id')
  await endFirst(pid)
  const exitedWithin = (ms: number) => {
    const abort = new AbortController()
    return Promise.race([
      exited.then(() => true),
      delay(ms, false, { signal: abort.signal }).catch(() => false),
    ]).finally(() => abort.abort())
  }
  return {
    pid,
    log,
    exited,
    hasExited: () => gone,
    async stop(mode) {
      if (gone) return
      if (mode === 'fast') {
        child.kill(kind.fast)
        if (await exitedWithin(kind.patience.fast)) return
        options.log.warn({ pid }, 'a fast stop took too long; stopping immediately')
      }
      child.kill(kind.immediate)
      if (await exitedWithin(kind.patience.immediate)) return
      options.log.warn({ pid }, 'an immediate stop took too long; killing')
      child.kill('SIGKILL')
      await exited
      await killAll(directory, kind)
    },
  }
}

/**
 * When a host's memory runs out, the kernel ends what has most of it: rather one of the servers, whose clients' scripts
 * and variables no setting bounds, than the agent or what else runs there. Inherited by children.
 */
async function endFirst(pid: number): Promise<void> {
  if (process.platform !== 'linux') return
  // A process that has ended already, or a host that does not let us: then it is as without.
  await readFile('/proc/self/oom_score_adj', 'utf8')
    .then((own) => writeFile(`/proc/${pid}/oom_score_adj`, String(Math.min(Number(own) + 500, 1000))))
    .catch(() => {})
}

function merge(streams: readonly Readable[]): Readable {
  const [only] = streams
  if (only && streams.length === 1) return only
  const merged = new PassThrough()
  let open = streams.length
  for (const stream of streams) {
    stream.pipe(merged, { end: false })
    stream.on('error', (error) => merged.destroy(error))
    stream.on('end', () => {
      open -= 1
      if (open === 0) merged.end()
    })
  }
  return merged
}

const running = new Map<ChildProcess, NodeJS.Signals>()

/** An agent that gives up (its start failed, its stop took too long) takes its servers along, starting ones too. */
function endWithUs(child: ChildProcess, signal: NodeJS.Signals): void {
  if (running.size === 0) process.on('exit', endAll)
  running.set(child, signal)
  child.once('exit', () => {
    running.delete(child)
    if (running.size === 0) process.off('exit', endAll)
  })
}

function endAll(): void {
  for (const [child, signal] of running) child.kill(signal)
}
