import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'

export interface Process {
  readonly pid: number
  readonly parent: number
  /** The executable's short name, e.g. `postgres`. */
  readonly name: string
  readonly directory: string
  readonly command: string
}

function read(pid: string, file: string): string {
  return readFileSync(join('/proc', pid, file), 'latin1')
}

function look(pid: string): (Process & { readonly environment: string }) | null {
  try {
    const stat = read(pid, 'stat')
    // The name is in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return null
    return {
      pid: Number(pid),
      parent: Number(fields[1]),
      name: read(pid, 'comm').trim(),
      directory: readlinkSync(join('/proc', pid, 'cwd')),
      command: read(pid, 'cmdline').replaceAll('\0', ' ').trim(),
      environment: read(pid, 'environ'),
    }
  } catch {
    return null // gone meanwhile
  }
}

/**
 * Every live process that has to do with a data directory, by its command line, working directory or environment.
 * Not this one. Linux only.
 */
export function processesOf(dataDirectory: string): Process[] {
  const root = realpathSync(dataDirectory)
  const belongs = (text: string) => text.includes(root)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => look(name) ?? [])
    .filter((one) => [one.command, one.directory, one.environment].some(belongs))
    .map(({ environment, ...one }) => one)
}

export interface DatabaseServer {
  readonly pid: number
  readonly parent: number
  /** Name of its data directory. */
  readonly slot: string
}

/** The tenants' PostgreSQL servers that run on a data directory: their first processes, not the sessions'. */
export function databaseServers(dataDirectory: string): DatabaseServer[] {
  const slots = join(realpathSync(dataDirectory), 'postgres', 'data') + sep
  const all = processesOf(dataDirectory).filter(
    (one) => one.name === 'postgres' && one.directory.startsWith(slots),
  )
  const pids = new Set(all.map((one) => one.pid))
  return all
    .filter((one) => !pids.has(one.parent))
    .map(({ pid, parent, directory }) => ({ pid, parent, slot: directory.slice(slots.length) }))
}

/** Sends SIGKILL (or another signal); a process that has just ended is no fault. */
export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
