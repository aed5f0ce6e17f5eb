import pg from 'pg'
import { createIdleSession } from '../idle-session.ts'

/** The agent's own session with a server. */
export interface Management {
  /** Rows of one statement. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** Several statements in one round trip, as one transaction unless they say otherwise. */
  script(text: string): Promise<void>
  /** Ends the session; the next query opens another. */
  close(): Promise<void>
}

/** Whose session it is, and where. */
export interface Session {
  readonly socketDirectory: string
  readonly user: string
  readonly database: string
  /** A statement may take so long, in ms; a minute unless it is said. */
  readonly patienceMs?: number
}

/**
 * A tenant may attach settings to a database of his own, which a session of the agent there would otherwise
 * obey; what a session brings along itself goes first.
 */
const ownSettings = [
  'role=none',
  'search_path=',
  'lock_timeout=10000',
  'idle_in_transaction_session_timeout=0',
  'idle_session_timeout=0',
  'default_transaction_read_only=off',
  'default_transaction_isolation=read\\ committed',
  'default_transaction_deferrable=off',
  'client_min_messages=warning',
  'standard_conforming_strings=on',
  'log_min_messages=log',
]

/** One session, which is the caller's to end. Errors of an idle one are nobody's: its next query fails. */
export async function openSession({
  socketDirectory,
  user,
  database,
  patienceMs = 60_000,
}: Session): Promise<pg.Client> {
  const client = new pg.Client({
    host: socketDirectory,
    port: 5432,
    user,
    database,
    ssl: false,
    application_name: 'croft',
    options: [...ownSettings, `statement_timeout=${patienceMs}`].map((setting) => `-c ${setting}`).join(' '),
    connectionTimeoutMillis: 10_000,
    query_timeout: patienceMs + 10_000,
  })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** An idle session costs a server 2 to 3 MB, and opening one takes 3 ms. */
const idleMs = 3000

/** Opens sessions as they are needed: one at a time, closed when it has been idle. */
export function openManagement(options: Session): Management {
  const { during, close } = createIdleSession<pg.Client>({
    idleMs,
    async connect(onGone) {
      const client = await openSession(options)
      // A server that stops ends its sessions; a query under way learns of it by its own rejection.
      client.on('error', () => onGone(client))
      client.on('end', () => onGone(client))
      return client
    },
    end: (client) => client.end(),
  })
  return {
    query: <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      during(async (client) => (await client.query<Row>(text, [...values])).rows),
    script: (text) =>
      during(async (client) => {
        await client.query(text)
      }),
    close,
  }
}
