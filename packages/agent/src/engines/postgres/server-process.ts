import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { asUser, type RunAs } from '../../host/run-as.ts'
import type { Exit } from '../engine.ts'
import { killAll, patience } from './postmaster-lock.ts'
import { followLog, type ServerLog } from './server-log.ts'

/** A postmaster, answering or not. */
export interface ServerProcess {
  readonly pid: number
  readonly log: ServerLog
  readonly exited: Promise<Exit>
  hasExited(): boolean
  /** Resolves when the process is gone; grows harder when it takes too long. */
  stop(mode: 'fast' | 'immediate'): Promise<void>
}

export interface ServerProcessOptions {
  readonly postgres: string
  readonly directory: string
  readonly runAs: RunAs | null
  readonly log: Logger
}

/** Spawns `postgres` itself: what is signalled and waited for is the server. Throws when it cannot be executed. */
export async function spawnServer(options: ServerProcessOptions): Promise<ServerProcess> {
  const { directory } = options
  const child = spawn(options.postgres, ['-D', directory], {
    cwd: directory,
    ...asUser(options.runAs),
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  endWithUs(child)
  const log = followLog(child.stderr, options.log)
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
        child.kill('SIGINT')
        if (await exitedWithin(patience.fast)) return
        options.log.warn({ pid }, 'a fast stop took too long; stopping immediately')
      }
      child.kill('SIGQUIT')
      if (await exitedWithin(patience.immediate)) return
      options.log.warn({ pid }, 'an immediate stop took too long; killing')
      child.kill('SIGKILL')
      await exited
      await killAll(directory)
    },
  }
}

const running = new Set<ChildProcess>()

/** An agent that gives up (its start failed, its stop took too long) takes its servers along, starting ones too. */
function endWithUs(child: ChildProcess): void {
  if (running.size === 0) process.on('exit', endAll)
  running.add(child)
  child.once('exit', () => {
    running.delete(child)
    if (running.size === 0) process.off('exit', endAll)
  })
}

function endAll(): void {
  for (const child of running) child.kill('SIGQUIT')
}
