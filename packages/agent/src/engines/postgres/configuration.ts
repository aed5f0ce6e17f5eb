import { join } from 'node:path'
import type { RunAs } from '../../host/run-as.ts'
import { writeOwnedFile } from '../../host/write-owned-file.ts'

export interface ConfigurationOptions {
  readonly major: number
  readonly directory: string
  readonly socketDirectory: string
  readonly settings: Readonly<Record<string, string>>
  /** Lines of pg_hba.conf, first match wins. */
  readonly access: readonly string[]
  readonly runAs: RunAs | null
}

/**
 * Writes every configuration file of a data directory anew, so that nothing that came with a copied or restored
 * one counts. postgresql.auto.conf too: it would override the rest.
 */
export async function writeConfiguration(options: ConfigurationOptions): Promise<void> {
  const { directory, runAs } = options
  const settings = { ...defaults(options.major), ...options.settings }
  const lines = Object.entries({ ...settings, unix_socket_directories: quoteList(options.socketDirectory) })
  const files = {
    'postgresql.conf': lines.map(([name, value]) => `${name} = ${quote(value)}\n`).join(''),
    'postgresql.auto.conf': '',
    'pg_hba.conf': options.access.map((line) => `${line}\n`).join(''),
    'pg_ident.conf': '',
  }
  await Promise.all(
    Object.entries(files).map(([name, text]) =>
      writeOwnedFile(join(directory, name), `# Written by Croft at each start.\n${text}`, runAs),
    ),
  )
}

/** Settings of every server, those of small ones as far as a size may choose otherwise. */
function defaults(major: number): Record<string, string> {
  return {
    listen_addresses: '',
    port: '5432',
    unix_socket_permissions: '0700',
    password_encryption: 'scram-sha-256',
    authentication_timeout: '30s',
    max_connections: '60',
    shared_buffers: '8MB',
    huge_pages: 'off',
    shared_preload_libraries: 'pg_stat_statements',
    // Entries are allocated at the start, 0.4 MB for these; the default of 5000 would cost each server 2 MB.
    'pg_stat_statements.max': '1000',
    'pg_stat_statements.save': 'off',
    // BEGIN and COMMIT are no operations of a client, and a utility statement's text could hold a password.
    'pg_stat_statements.track_utility': 'off',
    // Each process costs an idle server about 1 MB.
    max_worker_processes: '2',
    max_parallel_workers: '0',
    max_parallel_workers_per_gather: '0',
    max_parallel_maintenance_workers: '0',
    max_logical_replication_workers: '0',
    autovacuum_max_workers: '1',
    jit: 'off',
    wal_level: 'replica',
    // The archive's, and two for each of two copies at one time.
    max_wal_senders: '5',
    // The archive's, one of each of two copies, and one that a server killed amid a copy may have left.
    max_replication_slots: '4',
    max_wal_size: '256MB',
    // Two segments, the least there is: more would stay on disk as spare ones.
    min_wal_size: '32MB',
    // A statement whose client has gone would keep its server awake.
    client_connection_check_interval: '10s',
    timezone: 'UTC',
    lc_messages: 'C',
    lc_monetary: 'C',
    lc_numeric: 'C',
    lc_time: 'C',
    default_text_search_config: 'pg_catalog.english',
    log_destination: 'stderr',
    logging_collector: 'off',
    log_timezone: 'UTC',
    log_line_prefix: '[%p] ',
    log_error_verbosity: 'terse',
    // Statements hold the data of clients; they belong in no log of the host.
    log_statement: 'none',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    ...(major >= 17 ? { allow_alter_system: 'off' } : {}),
    // No I/O worker processes: three of them would be a third of an idle server's memory.
    ...(major >= 18 ? { io_method: 'sync' } : {}),
  }
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
}

/** One element of a list setting; commas and spaces are part of it. */
function quoteList(element: string): string {
  return `"${element.replaceAll('"', '""')}"`
}
