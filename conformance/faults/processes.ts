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
  readonly engine: string
  /** Name of its data directory. */
  readonly slot: string
}

/** By the short name of the program. */
const SERVERS: Readonly<Record<string, string>> = {
  postgres: 'postgres',
  mariadbd: 'mariadb',
  'redis-server': 'redis',
}

/** The tenants' servers that run on a data directory: their first processes, not the sessions' or the savers'. */
export function databaseServers(dataDirectory: string): DatabaseServer[] {
  const slots = join(realpathSync(dataDirectory), 'postgres', 'data') + sep
  const all = processesOf(dataDirectory).flatMap((one) => {
    const engine = SERVERS[one.name]
    return engine !== undefined && one.directory.startsWith(slots) ? [{ ...one, engine }] : []
  })
  const pids = new Set(all.map((one) => one.pid))
  return all
    .filter((one) => !pids.has(one.parent))
    .map(({ pid, parent, engine, directory }) => ({
      pid,
      parent,
      engine,
      slot: directory.slice(slots.length),
    }))
}

/** The TCP ports that a process listens on. */
export function listeningPorts(pid: number): number[] {
  const sockets = new Set<string>()
  for (const name of readdirSync(join('/proc', String(pid), 'fd'))) {
    try {
      sockets.add(readlinkSync(join('/proc', String(pid), 'fd', name)))
    } catch {
      // closed meanwhile
    }
  }
  const ports = ['tcp', 'tcp6'].flatMap((table) =>
    read(String(pid), join('net', table))
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state, , , , , , inode] = line.trim().split(/ +/)
        const listens = state === '0A' && sockets.has(`socket:[${inode}]`)
        return listens ? [Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16)] : []
      }),
  )
  return [...new Set(ports)]
}

/** Sends SIGKILL (or another signal); a process that has just ended is no fault. */
export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
