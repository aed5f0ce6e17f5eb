import { join } from 'node:path'
import { aclFileOf } from './acl-file.ts'
import { appendDirectory, snapshotName } from './data-directory.ts'

/** Kept short: it may have 107 bytes with its directory. */
export function socketOf(runtimeDirectory: string): string {
  return join(runtimeDirectory, 'redis.sock')
}

/** Settings of every server, those of small ones as far as a size may choose otherwise. */
const usual: Readonly<Record<string, string>> = {
  port: '0',
  unixsocketperm: '700',
  daemonize: 'no',
  logfile: '',
  'set-proc-title': 'no',
  'crash-memcheck-enabled': 'no',
  // Every write is with the kernel before it is answered, and the agent has it synced within a second (`syncAppends`).
  appendonly: 'yes',
  appendfsync: 'no',
  appenddirname: appendDirectory,
  appendfilename: 'appendonly.aof',
  'aof-use-rdb-preamble': 'yes',
  'aof-load-truncated': 'yes',
  'auto-aof-rewrite-percentage': '100',
  'auto-aof-rewrite-min-size': '16mb',
  save: '',
  dbfilename: snapshotName,
  rdbchecksum: 'yes',
  'sanitize-dump-payload': 'clients',
  'maxmemory-policy': 'noeviction',
  // Unread answers and half sent commands of clients, who are put out when they have more than the data may have.
  'maxmemory-clients': '100%',
  databases: '16',
  'acllog-max-len': '16',
  'latency-tracking': 'no',
}

/** For a server that is thrown away. */
const scratchSettings: Readonly<Record<string, string>> = {
  'auto-aof-rewrite-percentage': '0',
}

/** The agent's own sessions come on top of those of clients. */
const ownClients = 8

export interface ServerArguments {
  readonly directory: string
  readonly runtimeDirectory: string
  readonly settings: Readonly<Record<string, string>>
  /** Sessions of clients. */
  readonly maxClients: number
  readonly scratch: boolean
}

/** Arguments of a server. Nothing of a configuration file counts, so a copied or restored directory brings none. */
export function serverArguments(options: ServerArguments): string[] {
  const { directory, runtimeDirectory, settings, maxClients, scratch } = options
  const all = {
    ...usual,
    ...(scratch ? scratchSettings : {}),
    ...settings,
    maxclients: String(maxClients + ownClients),
    dir: directory,
    unixsocket: socketOf(runtimeDirectory),
    aclfile: aclFileOf(directory),
  }
  return Object.entries(all).flatMap(([name, value]) => [`--${name}`, value])
}
