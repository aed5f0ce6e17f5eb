import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { emptied, processesIn, signal } from '../../host/processes.ts'

const fileName = 'postmaster.pid'
const command = 'postgres'

/**
 * How long a server may take for each kind of stop, in milliseconds, before the next harder one. An immediate stop
 * saves nothing that a kill would lose.
 */
export const patience = { fast: 10_000, immediate: 1_000, kill: 5_000 } as const

/**
 * Stops whatever still runs on a data directory, postmaster or orphaned backends, and removes its lock. The lock
 * alone says little: its process id may be another program's by now, which PostgreSQL itself takes for a
 * reason not to start. True when something ran.
 */
export async function clearDirectory(directory: string): Promise<boolean> {
  const postmaster = await readLock(directory)
  if (postmaster === undefined) return false
  const running = await processesIn(directory, command)
  if (running.length > 0) {
    if (!running.includes(postmaster)) await killAll(directory)
    else await stopPostmaster(directory, postmaster)
  }
  await rm(join(directory, fileName), { force: true })
  return running.length > 0
}

async function stopPostmaster(directory: string, postmaster: number): Promise<void> {
  signal(postmaster, 'SIGINT')
  if (await emptied(directory, command, patience.fast)) return
  signal(postmaster, 'SIGQUIT')
  if (await emptied(directory, command, patience.immediate)) return
  await killAll(directory)
}

/** Kills every PostgreSQL process of a directory and waits until none is left. */
export async function killAll(directory: string): Promise<void> {
  for (const pid of await processesIn(directory, command)) signal(pid, 'SIGKILL')
  if (await emptied(directory, command, patience.kill)) return
  throw new Error(`processes are left in ${directory}: ${(await processesIn(directory, command)).join(', ')}`)
}

async function readLock(directory: string): Promise<number | undefined> {
  try {
    const [first = ''] = (await readFile(join(directory, fileName), 'utf8')).split('\n')
    return Number(first) || 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
