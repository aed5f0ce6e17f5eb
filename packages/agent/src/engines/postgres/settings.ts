import { checkSettings as check, type Kind } from '../check-settings.ts'

const kinds = {
  /** PostgreSQL's units are case-sensitive: `kB`, `MB`. -1 is no limit, or as another setting. */
  memory: { pattern: /^(-1|\d{1,9}(kB|MB|GB|TB)?)$/, example: '8MB' },
  count: { pattern: /^-?\d{1,9}$/, example: '10' },
  decimal: { pattern: /^\d{1,9}(\.\d{1,6})?$/, example: '1.1' },
  duration: { pattern: /^\d{1,9}(ms|s|min|h|d)?$/, example: '5min' },
  onOff: { pattern: /^(on|off)$/, example: 'off' },
} as const satisfies Record<string, Kind>

/** What a size may set: memory, parallelism and pace. Nothing that weakens durability, access or the log. */
const allowed: Readonly<Record<string, keyof typeof kinds>> = {
  autovacuum_max_workers: 'count',
  autovacuum_naptime: 'duration',
  autovacuum_work_mem: 'memory',
  checkpoint_timeout: 'duration',
  default_statistics_target: 'count',
  effective_cache_size: 'memory',
  effective_io_concurrency: 'count',
  hash_mem_multiplier: 'decimal',
  idle_in_transaction_session_timeout: 'duration',
  jit: 'onOff',
  maintenance_io_concurrency: 'count',
  maintenance_work_mem: 'memory',
  max_connections: 'count',
  max_locks_per_transaction: 'count',
  max_parallel_maintenance_workers: 'count',
  max_parallel_workers: 'count',
  max_parallel_workers_per_gather: 'count',
  max_wal_size: 'memory',
  max_worker_processes: 'count',
  min_wal_size: 'memory',
  'pg_stat_statements.max': 'count',
  random_page_cost: 'decimal',
  shared_buffers: 'memory',
  statement_timeout: 'duration',
  temp_file_limit: 'memory',
  wal_buffers: 'memory',
  work_mem: 'memory',
}

const allowedKinds = Object.fromEntries(Object.entries(allowed).map(([name, kind]) => [name, kinds[kind]]))

/** Checks what a size sets. Throws `AgentFault` that names the first setting that is wrong. */
export function checkSettings(settings: Readonly<Record<string, string>>): void {
  check('PostgreSQL', allowedKinds, settings)
}
