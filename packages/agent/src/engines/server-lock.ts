import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { emptied, processesIn, signal } from '../host/processes.ts'

/** What tells a kind of server's processes, and how they are stopped. */
export interface ServerKind {
  /** The program's short name; each of its processes has the data directory as its working directory. */
  readonly command: string
  /**
   * A file in the data directory while a server may run on it, of a name that no other engine has: each is asked of
   * every directory. Its first line may be the main process' id.
   */
  readonly lockFile: string
  readonly fast: NodeJS.Signals
  readonly immediate: NodeJS.Signals
  /** How long each kind of stop may take before the next harder one, in ms. */
  readonly patience: { readonly fast: number; readonly immediate: number; readonly kill: number }
}

/**
 * Stops whatever still runs on a data directory, a server or what is left of one, and removes its lock. The lock
 * alone says little: its process id may be another program's by now. True when something ran.
 */
export async function clearDirectory(directory: string, kind: ServerKind): Promise<boolean> {
  const main = await readLock(join(directory, kind.lockFile))
  if (main === undefined) return false
  const running = await processesIn(directory, kind.command)
  if (running.length > 0) {
    // A lock without an id is that of a server of one process.
    const leader = main === 0 && running.length === 1 ? running[0] : main
    if (leader === undefined || !running.includes(leader)) await killAll(directory, kind)
    else await stopServer(directory, leader, kind)
  }
  await rm(join(directory, kind.lockFile), { force: true })
  return running.length > 0
}

async function stopServer(directory: string, pid: number, kind: ServerKind): Promise<void> {
  signal(pid, kind.fast)
  if (await emptied(directory, kind.command, kind.patience.fast)) return
  signal(pid, kind.immediate)
  if (await emptied(directory, kind.command, kind.patience.immediate)) return
  await killAll(directory, kind)
}

/** Kills every process of a directory's server and waits until none is left. */
export async function killAll(directory: string, { command, patience }: ServerKind): Promise<void> {
  for (const pid of await processesIn(directory, command)) signal(pid, 'SIGKILL')
  if (await emptied(directory, command, patience.kill)) return
  const left = await processesIn(directory, command)
  throw new Error(`processes are left in ${directory}: ${left.join(', ')}`)
}

/** The main process' id, 0 when the file does not say it, undefined when there is no file. */
async function readLock(path: string): Promise<number | undefined> {
  try {
    const [first = ''] = (await readFile(path, 'utf8')).split('\n')
    return Number(first) || 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
