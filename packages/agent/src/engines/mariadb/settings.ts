import { checkSettings, type Kind } from '../check-settings.ts'

const kinds = {
  memory: { pattern: /^\d{1,15}[KMGT]?$/i, example: '64M' },
  count: { pattern: /^\d{1,10}$/, example: '100' },
  decimal: { pattern: /^\d{1,12}(\.\d{1,9})?$/, example: '0.5' },
  onOff: { pattern: /^(ON|OFF)$/, example: 'ON' },
  word: { pattern: /^[A-Za-z0-9-]{1,30}$/, example: 'utf8mb4' },
  /** A collation, or a list of SQL modes. */
  text: { pattern: /^[A-Za-z0-9_,]{0,600}$/, example: 'utf8mb4_unicode_ci' },
} as const satisfies Record<string, Kind>

/** What may be set: memory, parallelism, pace and how SQL is read. Nothing that reaches files, access or the log. */
const allowed: Readonly<Record<string, keyof typeof kinds>> = {
  auto_increment_increment: 'count',
  auto_increment_offset: 'count',
  autocommit: 'onOff',
  character_set_server: 'word',
  collation_server: 'text',
  default_week_format: 'count',
  div_precision_increment: 'count',
  explicit_defaults_for_timestamp: 'onOff',
  group_concat_max_len: 'memory',
  innodb_autoinc_lock_mode: 'word',
  innodb_buffer_pool_size: 'memory',
  innodb_ft_max_token_size: 'count',
  innodb_ft_min_token_size: 'count',
  innodb_io_capacity: 'count',
  innodb_io_capacity_max: 'count',
  innodb_lock_wait_timeout: 'count',
  innodb_log_buffer_size: 'memory',
  innodb_log_file_size: 'memory',
  innodb_max_dirty_pages_pct: 'decimal',
  innodb_purge_threads: 'count',
  innodb_read_io_threads: 'count',
  innodb_rollback_on_timeout: 'onOff',
  innodb_stats_auto_recalc: 'onOff',
  innodb_stats_persistent: 'onOff',
  innodb_stats_persistent_sample_pages: 'count',
  innodb_strict_mode: 'onOff',
  innodb_write_io_threads: 'count',
  interactive_timeout: 'count',
  join_buffer_size: 'memory',
  lock_wait_timeout: 'count',
  long_query_time: 'decimal',
  max_allowed_packet: 'memory',
  max_connections: 'count',
  max_heap_table_size: 'memory',
  max_prepared_stmt_count: 'count',
  max_sort_length: 'count',
  max_statement_time: 'decimal',
  net_read_timeout: 'count',
  net_write_timeout: 'count',
  optimizer_prune_level: 'count',
  optimizer_search_depth: 'count',
  query_cache_size: 'memory',
  read_buffer_size: 'memory',
  read_rnd_buffer_size: 'memory',
  sort_buffer_size: 'memory',
  sql_mode: 'text',
  table_definition_cache: 'count',
  table_open_cache: 'count',
  thread_cache_size: 'count',
  tmp_table_size: 'memory',
  transaction_isolation: 'word',
  wait_timeout: 'count',
}

const allowedKinds = Object.fromEntries(Object.entries(allowed).map(([name, kind]) => [name, kinds[kind]]))

/** Checks the settings of a database. Throws `AgentFault` that names the first setting that is wrong. */
export function checkMariadbSettings(settings: Readonly<Record<string, string>>): void {
  checkSettings('MariaDB', allowedKinds, settings)
}

const units: Readonly<Record<string, number>> = { '': 0, K: 1, M: 2, G: 3, T: 4 }

/** Bytes of a setting of memory, `16M` for instance. */
export function bytesOf(value: string): number {
  const [, digits = '0', unit = ''] = /^(\d+)([KMGT]?)$/.exec(value.toUpperCase()) ?? []
  return Number(digits) * 1024 ** (units[unit] ?? 0)
}
