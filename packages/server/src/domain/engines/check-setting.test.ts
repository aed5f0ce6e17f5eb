import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesOf, checkSetting, settingsOf } from './check-setting.ts'
import { ENGINES } from './registry.ts'

const right: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  postgres: {
    shared_buffers: ['8MB', '1024', '1GB'],
    work_mem: ['4096', '64kB', '1TB'],
    statement_timeout: ['0', '30s', '5min', '1000'],
    random_page_cost: ['1', '1.1'],
    jit: ['on', 'off'],
    temp_file_limit: ['-1', '1GB'],
    default_transaction_isolation: ['repeatable read'],
    'pg_stat_statements.track': ['all'],
  },
  mariadb: {
    innodb_buffer_pool_size: ['128M', '134217728', '1g'],
    sql_mode: ['', 'STRICT_TRANS_TABLES', 'ANSI_QUOTES,NO_ZERO_DATE'],
    max_statement_time: ['0', '1.5'],
    autocommit: ['ON'],
    collation_server: ['utf8mb4_unicode_ci'],
  },
  redis: {
    maxmemory: ['100mb', '104857600', '1GB'],
    'maxmemory-policy': ['allkeys-lru'],
    'notify-keyspace-events': ['', 'KEA', 'Elg$'],
    'slowlog-log-slower-than': ['-1', '10000'],
  },
}

const wrong: typeof right = {
  postgres: {
    shared_buffers: ['8mb', '8 MB', '', '-1', '1', '9999TB', "8MB'\nfsync = 'off"],
    work_mem: ['1', 'much'],
    statement_timeout: ['-5', '1 s', '5m'],
    random_page_cost: ['1,1', 'NaN', '-1'],
    jit: ['yes', 'ON'],
    // PostgreSQL reads a leading zero as octal.
    autovacuum_max_workers: ['0', '1.5', '17', '010', '-0'],
    max_connections: ['029', '0100'],
    autovacuum_work_mem: ['-1kB', '-2'],
    temp_file_limit: ['2TB', '-1kB'],
    effective_cache_size: ['16TB'],
    default_transaction_isolation: ['snapshot'],
  },
  mariadb: {
    innodb_buffer_pool_size: ['1M', '128MB', '-1'],
    sql_mode: ['WHATEVER', 'ANSI;DROP', 'ANSI,'],
    autocommit: ['on'],
    // The agent’s own statements are longer.
    max_allowed_packet: ['1K'],
    character_set_server: ['klingon'],
  },
  redis: {
    maxmemory: ['0', '1tb', '-1'],
    'maxmemory-policy': ['allkeys'],
    'notify-keyspace-events': ['Q', 'K E'],
  },
}

test('values that an engine takes pass', () => {
  for (const [engine, settings] of Object.entries(right)) {
    for (const [key, values] of Object.entries(settings)) {
      for (const value of values) assert.equal(checkSetting(engine, key, value), null)
    }
  }
})

test('every other value is told what it should have been', () => {
  for (const [engine, settings] of Object.entries(wrong)) {
    for (const [key, values] of Object.entries(settings)) {
      for (const value of values) {
        const said = checkSetting(engine, key, value)
        assert.match(
          said ?? '',
          new RegExp(`^${key} is ".*; it must be .+\\.$`, 's'),
          `${engine} ${key} ${value}`,
        )
      }
    }
  }
})

test('what reaches out of a server, or is Croft’s, cannot be chosen', () => {
  const kept: Readonly<Record<string, readonly string[]>> = {
    postgres: [
      ...['archive_command', 'data_directory', 'fsync', 'hba_file', 'listen_addresses', 'log_destination'],
      ...[
        'log_min_duration_statement',
        'max_replication_slots',
        'max_wal_senders',
        'port',
        'primary_conninfo',
      ],
      ...['session_preload_libraries', 'shared_preload_libraries', 'ssl', 'wal_level', 'full_page_writes'],
      ...['dynamic_library_path', 'local_preload_libraries', '__proto__', 'constructor', ''],
    ],
    mariadb: [
      ...[
        'datadir',
        'general_log_file',
        'init_connect',
        'init_file',
        'innodb_flush_log_at_trx_commit',
        'log_bin',
      ],
      ...['plugin_load', 'plugin_load_add', 'port', 'secure_file_priv', 'socket', 'tmpdir', 'local_infile'],
      ...['innodb_doublewrite', 'skip_grant_tables', 'event_scheduler'],
    ],
    redis: [
      ...['aclfile', 'appendonly', 'bind', 'dir', 'dbfilename', 'loadmodule', 'logfile', 'port', 'replicaof'],
      ...['requirepass', 'save', 'unixsocket', 'enable-debug-command', 'rename-command'],
    ],
  }
  for (const [engine, keys] of Object.entries(kept)) {
    for (const key of keys) {
      assert.match(
        checkSetting(engine, key, '1') ?? '',
        /has no setting ".*" that can be chosen here\.$/,
        key,
      )
    }
  }
})

test('every engine scales settings of memory that it has, and writes amounts that it takes', () => {
  for (const { name, scaledSettings, settings, sessions } of ENGINES) {
    for (const key of scaledSettings) {
      const written = settings.writeBytes(96 * 1024 * 1024)
      assert.equal(checkSetting(name, key, written), null)
      assert.equal(bytesOf(name, key, written), 96 * 1024 * 1024)
    }
    assert.equal(settingsOf(name)[sessions.setting]?.kind, 'integer')
  }
})
