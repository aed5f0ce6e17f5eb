import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Croft } from '../../conformance/harness/croft.ts'
import { processTree } from './processes.ts'

/** A PostgreSQL server: its postmaster, its data directory, and where its socket lies. */
export interface RunningServer {
  readonly pid: number
  readonly directory: string
  readonly socketDirectory: string
}

/**
 * The servers below a process, by the command lines of their postmasters: where data lies depends on who may
 * read the data directory. The server itself notes its socket's directory in the fifth line of postmaster.pid.
 */
function serversBelow(root: number): RunningServer[] {
  return processTree(root).flatMap((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      const directory = words[words.indexOf('-D') + 1]
      if (!words.includes('-D') || !directory) return []
      const lines = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')
      const socketDirectory = lines[4]
      return socketDirectory && Number(lines[0]) === pid ? [{ pid, directory, socketDirectory }] : []
    } catch {
      return []
    }
  })
}

/** Every tenant's server that runs, those of the warm pool too. */
export function tenantServers(croft: Croft): RunningServer[] {
  const { agent } = croft.children()
  return agent === undefined ? [] : serversBelow(agent)
}

/** Connection string of the metadata server, which listens on a socket only. */
export function metadataUrl(croft: Croft): string {
  const { metadata } = croft.children()
  const [server] = metadata === undefined ? [] : serversBelow(metadata)
  if (!server) throw new Error('The metadata server does not run.')
  return `postgres://croft@/croft?host=${encodeURIComponent(server.socketDirectory)}`
}

/** The same login without the gateway, over the socket of the server that knows it. */
export async function directUrl(croft: Croft, connectionString: string): Promise<string> {
  const { username, password, pathname } = new URL(connectionString)
  for (const { socketDirectory } of tenantServers(croft)) {
    const host = encodeURIComponent(socketDirectory)
    const direct = `postgres://${username}:${password}@${pathname}?host=${host}`
    const client = new pg.Client({ connectionString: direct })
    try {
      await client.connect()
      return direct
    } catch {
      // Another tenant's.
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  throw new Error('No running server knows this login.')
}

/** Waits until the pool holds what it should beside `databases` of which `running` are up, and a moment more. */
export async function waitWarm(
  croft: Croft,
  now: { readonly databases: number; readonly running: number },
  warm = { servers: 2, directories: 6 },
): Promise<void> {
  const isFull = () => {
    const servers = tenantServers(croft)
    const [first] = servers
    if (!first || servers.length < now.running + warm.servers) return false
    // Every directory of tenants' data lies beside the others.
    return readdirSync(dirname(first.directory)).length >= now.databases + warm.servers + warm.directories
  }
  const deadline = performance.now() + 60_000
  while (!isFull()) {
    if (performance.now() > deadline) throw new Error('The warm pool does not fill.')
    await sleep(20)
  }
  await sleep(200)
}
