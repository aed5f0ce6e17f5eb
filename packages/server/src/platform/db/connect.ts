import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import { typesOf } from './column-types.ts'
import { prepareFrequent } from './prepare-frequent.ts'
import type { Tables } from './tables.ts'

export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>
/** What a store takes: the database, or the transaction of its caller. */
export type Executor = Kysely<Tables>

export interface ConnectOptions {
  /** Connections at most; 10 unless given. */
  readonly max?: number
  /** Seen in pg_stat_activity. */
  readonly applicationName: string
  /** Told of connections that broke while nobody used them. */
  readonly log?: Pick<Logger, 'warn'>
}

export interface Connection {
  readonly db: Db
  readonly pool: pg.Pool
  /** Waits for what runs and closes every connection; calling it again does nothing more. */
  close(): Promise<void>
}

const STATEMENT_TIMEOUT_MS = 30_000

/** The schema of our tables; statements name them without it. */
export const SCHEMA = 'croft'

/**
 * Settings of one connection, for pools and single clients alike. The search path goes into the URL because
 * node-postgres lets the URL's `options` win over ours.
 */
export function clientConfig(url: string, applicationName: string): pg.ClientConfig {
  const options = encodeURIComponent(`-c search_path=${SCHEMA}`)
  return {
    connectionString: `${url}${url.includes('?') ? '&' : '?'}options=${options}`,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // A process that stops in the middle of a transaction must not hold its locks for ever.
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    types: typesOf,
  }
}

/**
 * Opens a pool on the metadata database; connects at first use. Sockets are written
 * `postgres://user@/name?host=%2Fdirectory`.
 */
export function connect(url: string, options: ConnectOptions): Connection {
  const pool = new pg.Pool({ ...clientConfig(url, options.applicationName), max: options.max ?? 10 })
  // Without listeners, a restart of PostgreSQL would end this process: the pool's for clients that are idle, the
  // client's for one in use, whose next query fails anyway.
  pool.on('error', (error) => options.log?.warn({ err: error }, 'an idle database connection broke'))
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: prepareFrequent(pool) }) })
  let closing: Promise<void> | undefined
  return {
    db,
    pool,
    close() {
      closing ??= pool.ended ? Promise.resolve() : pool.end()
      return closing
    },
  }
}
