import { checkSettings, type Kind } from '../check-settings.ts'

const memory: Kind = { pattern: /^\d{1,12}[KMGT]?$/i, example: '64M' }
const count: Kind = { pattern: /^\d{1,9}$/, example: '100' }

/** What a size may set: memory, parallelism and pace. Nothing that weakens durability, access or the log. */
const allowed: Readonly<Record<string, Kind>> = {
  innodb_buffer_pool_size: memory,
  innodb_io_capacity: count,
  innodb_io_capacity_max: count,
  innodb_lock_wait_timeout: count,
  innodb_log_buffer_size: memory,
  innodb_log_file_size: memory,
  innodb_purge_threads: count,
  innodb_read_io_threads: count,
  innodb_write_io_threads: count,
  interactive_timeout: count,
  join_buffer_size: memory,
  max_allowed_packet: memory,
  max_connections: count,
  max_heap_table_size: memory,
  max_statement_time: count,
  query_cache_size: memory,
  read_buffer_size: memory,
  read_rnd_buffer_size: memory,
  sort_buffer_size: memory,
  table_definition_cache: count,
  table_open_cache: count,
  thread_cache_size: count,
  tmp_table_size: memory,
  wait_timeout: count,
}

/** Checks what a size sets. Throws `AgentFault` that names the first setting that is wrong. */
export function checkMariadbSettings(settings: Readonly<Record<string, string>>): void {
  checkSettings('MariaDB', allowed, settings)
}

const units: Readonly<Record<string, number>> = { '': 0, K: 1, M: 2, G: 3, T: 4 }

/** Bytes of a setting of memory, `16M` for instance. */
export function bytesOf(value: string): number {
  const [, digits = '0', unit = ''] = /^(\d+)([KMGT]?)$/.exec(value.toUpperCase()) ?? []
  return Number(digits) * 1024 ** (units[unit] ?? 0)
}
