import { GB, KB, MB, type Setting, type SettingLanguage, TB } from './setting.ts'

const onOff: Setting = { kind: 'boolean', restart: false }
const count = (min: number, max: number): Setting => ({ kind: 'integer', min, max, restart: false })
const atStart = (min: number, max: number): Setting => ({ kind: 'integer', min, max, restart: true })
const decimal = (min: number, max: number): Setting => ({ kind: 'number', min, max, restart: false })
const seconds = (max = 31_536_000): Setting => count(1, max)
const memory = (min: number, max: number = 1024 * GB): Setting => {
  return { kind: 'bytes', bare: 1, ofMemory: true, min, max, restart: false }
}
const memoryAtStart = (min: number): Setting => ({ ...memory(min), restart: true })

const SQL_MODES = [
  'ALLOW_INVALID_DATES',
  'ANSI',
  'ANSI_QUOTES',
  'EMPTY_STRING_IS_NULL',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'HIGH_NOT_PRECEDENCE',
  'IGNORE_SPACE',
  'NO_AUTO_CREATE_USER',
  'NO_AUTO_VALUE_ON_ZERO',
  'NO_BACKSLASH_ESCAPES',
  'NO_ENGINE_SUBSTITUTION',
  'NO_UNSIGNED_SUBTRACTION',
  'NO_ZERO_DATE',
  'NO_ZERO_IN_DATE',
  'ONLY_FULL_GROUP_BY',
  'PAD_CHAR_TO_FULL_LENGTH',
  'PIPES_AS_CONCAT',
  'REAL_AS_FLOAT',
  'SIMULTANEOUS_ASSIGNMENT',
  'STRICT_ALL_TABLES',
  'STRICT_TRANS_TABLES',
  'TIME_ROUND_FRACTIONAL',
  'TRADITIONAL',
].join('|')

/**
 * What concerns memory, pace, time limits and how SQL is read. Not what Croft manages or what reaches out of the
 * server: files, addresses, access, plug-ins, logs, the binary log; nor what weakens durability.
 */
export const mariadb: SettingLanguage = {
  byteUnits: { K: KB, M: MB, G: GB, T: TB },
  durationUnits: {},
  exactCase: false,
  booleans: ['ON', 'OFF'],
  writeBytes: (bytes) => String(bytes),
  settings: {
    auto_increment_increment: count(1, 65_535),
    auto_increment_offset: count(1, 65_535),
    autocommit: onOff,
    character_set_server: {
      kind: 'enum',
      values: ['utf8mb4', 'utf8mb3', 'latin1', 'ascii', 'binary', 'ucs2', 'utf16', 'utf32'],
      restart: false,
    },
    collation_server: {
      kind: 'text',
      pattern: /^(utf8mb4|utf8mb3|latin1|ascii|ucs2|utf16|utf32|uca1400)_[a-z0-9_]{2,40}$|^binary$/,
      example: 'utf8mb4_unicode_ci',
      restart: false,
    },
    default_week_format: count(0, 7),
    div_precision_increment: count(0, 30),
    explicit_defaults_for_timestamp: onOff,
    group_concat_max_len: memory(4, GB),
    innodb_autoinc_lock_mode: { kind: 'enum', values: ['0', '1', '2'], restart: true },
    innodb_buffer_pool_size: memoryAtStart(5 * MB),
    innodb_ft_max_token_size: atStart(10, 84),
    innodb_ft_min_token_size: atStart(0, 16),
    innodb_io_capacity: count(100, 1_000_000),
    innodb_io_capacity_max: count(100, 2_000_000),
    innodb_lock_wait_timeout: count(0, 100_000_000),
    innodb_log_buffer_size: memoryAtStart(2 * MB),
    innodb_log_file_size: {
      kind: 'bytes',
      bare: 1,
      ofMemory: false,
      min: 4 * MB,
      max: 64 * GB,
      restart: true,
    },
    innodb_max_dirty_pages_pct: decimal(0, 99.999),
    innodb_purge_threads: atStart(1, 8),
    innodb_read_io_threads: atStart(1, 16),
    innodb_rollback_on_timeout: { kind: 'boolean', restart: true },
    innodb_stats_auto_recalc: onOff,
    innodb_stats_persistent: onOff,
    innodb_stats_persistent_sample_pages: count(1, 100_000),
    innodb_strict_mode: onOff,
    innodb_write_io_threads: atStart(1, 16),
    interactive_timeout: seconds(),
    join_buffer_size: memory(128),
    lock_wait_timeout: count(0, 31_536_000),
    long_query_time: decimal(0, 31_536_000),
    // The agent’s own statements have to fit.
    max_allowed_packet: memory(MB, GB),
    max_connections: atStart(20, 1000),
    max_heap_table_size: memory(16 * KB),
    max_prepared_stmt_count: count(0, 1_048_576),
    max_sort_length: count(64, 8_388_608),
    max_statement_time: decimal(0, 31_536_000),
    net_read_timeout: seconds(),
    net_write_timeout: seconds(),
    optimizer_prune_level: count(0, 2),
    optimizer_search_depth: count(0, 62),
    query_cache_size: memory(0),
    read_buffer_size: memory(8 * KB, 2 * GB),
    read_rnd_buffer_size: memory(1, 2 * GB),
    sort_buffer_size: memory(KB),
    sql_mode: {
      kind: 'text',
      pattern: new RegExp(`^((${SQL_MODES})(,(${SQL_MODES}))*)?$`),
      example: 'STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY',
      restart: false,
    },
    table_definition_cache: count(400, 100_000),
    table_open_cache: count(10, 100_000),
    thread_cache_size: count(0, 16_384),
    tmp_table_size: memory(KB),
    transaction_isolation: {
      kind: 'enum',
      values: ['READ-UNCOMMITTED', 'READ-COMMITTED', 'REPEATABLE-READ', 'SERIALIZABLE'],
      restart: false,
    },
    wait_timeout: seconds(),
  },
}
