import { join } from 'node:path'
import type { Programs } from './programs.ts'
import { bytesOf } from './settings.ts'

export interface ServerPlaces {
  readonly directory: string
  readonly runtimeDirectory: string
}

/** Kept short: it may have 107 bytes with its directory. */
export function socketOf(runtimeDirectory: string): string {
  return join(runtimeDirectory, 'mysqld.sock')
}

/** Temporary tables that do not fit in memory go to the disk of the data, not to that of the system. */
export function temporaryOf(directory: string): string {
  return join(directory, temporaryName)
}
const temporaryName = 'croft-temporary'

const mega = 1024 * 1024

/** What every MariaDB program has to be told first: to read no file of the system, and where its own files are. */
function programOptions({ share, plugins }: Programs): string[] {
  return [
    '--no-defaults',
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${join(share, 'charsets')}`,
    `--plugin-dir=${plugins}`,
  ]
}

/** Files of a new data directory; the defaults would make it 140 MB. */
const smallFiles: Readonly<Record<string, string>> = {
  innodb_data_file_path: 'ibdata1:1M:autoextend',
  innodb_autoextend_increment: '1',
  innodb_temp_data_file_path: 'ibtmp1:1M:autoextend',
  innodb_log_file_size: '8M',
  aria_log_file_size: '8M',
  // Simulated: an io_uring for each server would meet the limits of kernels and containers.
  innodb_use_native_aio: 'OFF',
  innodb_buffer_pool_dump_at_shutdown: 'OFF',
  innodb_buffer_pool_load_at_startup: 'OFF',
  character_set_server: 'utf8mb4',
  collation_server: 'utf8mb4_general_ci',
}

/** Settings of every server, those of small ones as far as a size may choose otherwise. */
const usual: Readonly<Record<string, string>> = {
  ...smallFiles,
  skip_networking: 'ON',
  skip_name_resolve: 'ON',
  unix_socket: 'OFF',
  // Clients' own files stay theirs; MySQL has it off too.
  local_infile: 'OFF',
  symbolic_links: 'OFF',
  // Only InnoDB survives a crash, is copied while it serves and moves the mark.
  enforce_storage_engine: 'InnoDB',
  // The default, but for NO_ENGINE_SUBSTITUTION: a table that is asked for with another engine becomes one of InnoDB.
  sql_mode: 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER',
  event_scheduler: 'DISABLED',
  performance_schema: 'OFF',
  userstat: 'ON',
  feedback: 'OFF',
  default_time_zone: '+00:00',
  // A client's locks would hold up a copy of the server for a day.
  lock_wait_timeout: '600',
  max_allowed_packet: '64M',
  max_connections: '60',
  innodb_buffer_pool_size: '16M',
  innodb_log_buffer_size: '2M',
  innodb_read_io_threads: '1',
  innodb_write_io_threads: '1',
  innodb_purge_threads: '1',
  innodb_adaptive_hash_index: 'OFF',
  aria_pagecache_buffer_size: '1M',
  key_buffer_size: '64K',
  query_cache_type: 'OFF',
  query_cache_size: '0',
  table_open_cache: '400',
  table_open_cache_instances: '1',
  table_definition_cache: '400',
  thread_cache_size: '4',
  // Notes of each session that breaks off are no news of the host's.
  log_warnings: '1',
}

/**
 * What sessions may raise these to. Without a limit, one session could take all memory of the host; what does not fit
 * goes to disk, and a session that needs more in all is told so.
 */
const atMost: Readonly<Record<string, string>> = {
  join_buffer_size: '16M',
  max_heap_table_size: '64M',
  max_session_mem_used: '256M',
  myisam_sort_buffer_size: '64M',
  read_buffer_size: '16M',
  read_rnd_buffer_size: '16M',
  sort_buffer_size: '64M',
  tmp_memory_table_size: '64M',
  tmp_table_size: '64M',
}

/** For a server that is thrown away. */
const scratchSettings: Readonly<Record<string, string>> = {
  innodb_flush_log_at_trx_commit: '0',
  innodb_doublewrite: 'OFF',
  innodb_fast_shutdown: '2',
}

/** Arguments of a program that makes the system tables from what it reads on stdin. */
export function bootstrapArguments(programs: Programs, directory: string): string[] {
  return [
    ...programOptions(programs),
    '--bootstrap',
    `--datadir=${directory}`,
    '--enforce-storage-engine=',
    '--innodb-buffer-pool-size=16M',
    '--innodb-flush-log-at-trx-commit=0',
    '--log-warnings=0',
    ...asArguments(smallFiles),
  ]
}

export interface ServerArguments extends ServerPlaces {
  readonly programs: Programs
  /** Statements that it runs before it serves. */
  readonly initFile: string
  readonly settings: Readonly<Record<string, string>>
  readonly maxConnections: number
  readonly scratch: boolean
}

/** Arguments of a server. Nothing of a configuration file counts, so a copied or restored directory brings none. */
export function serverArguments(options: ServerArguments): string[] {
  const { programs, directory, runtimeDirectory, settings, scratch } = options
  const pool = settings.innodb_buffer_pool_size ?? usual.innodb_buffer_pool_size ?? ''
  return [
    ...programOptions(programs),
    `--datadir=${directory}`,
    `--socket=${socketOf(runtimeDirectory)}`,
    `--pid-file=${join(runtimeDirectory, 'mysqld.pid')}`,
    `--init-file=${options.initFile}`,
    `--tmpdir=${temporaryOf(directory)}`,
    `--ignore-db-dirs=${temporaryName}`,
    `--secure-file-priv=${temporaryOf(directory)}`,
    // It reserves address space for so much, 8 TB by default.
    `--innodb-buffer-pool-size-max=${Math.max(bytesOf(pool), 16 * mega)}`,
    ...limits(settings),
    ...asArguments({
      ...usual,
      max_session_mem_used: atMost.max_session_mem_used ?? '',
      innodb_log_file_size: String(logBytes(bytesOf(pool))),
      ...(scratch ? scratchSettings : {}),
      ...settings,
      max_connections: String(options.maxConnections),
    }),
  ]
}

/** A size may set more than what is usual; sessions then have that. */
function limits(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(atMost).map(([name, usually]) => {
    const bytes = Math.max(bytesOf(usually), bytesOf(settings[name] ?? '0'))
    return `--maximum-${name.replaceAll('_', '-')}=${bytes}`
  })
}

/** A quarter of the cache: enough for what it may hold of changed pages without checkpoints all the time. */
function logBytes(poolBytes: number): number {
  return Math.min(Math.max(poolBytes / 4, 8 * mega), 512 * mega)
}

function asArguments(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`)
}
