import type { Connection, RowDataPacket } from 'mysql2/promise'
import { createIdleSession } from '../idle-session.ts'
import { agentUser } from './access.ts'

/** The agent's own session with a server. */
export interface Management {
  /** Rows of one statement; `?` stands for a value, `??` for a name. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** Ends the session; the next query opens another. */
  close(): Promise<void>
}

export interface Session {
  readonly socket: string
  readonly password: string
  /** A statement may take so long, in ms; a minute unless it is said. */
  readonly patienceMs?: number
}

const idleMs = 3000

/** One session, which is the caller's to end. Errors of an idle one are nobody's: its next query fails. */
async function openSession({ socket, password, patienceMs = 60_000 }: Session): Promise<Connection> {
  // Agents whose hosts have no MariaDB need not load its client.
  const { createConnection } = await import('mysql2/promise')
  const client = await createConnection({
    socketPath: socket,
    user: agentUser,
    password,
    connectTimeout: 10_000,
    charset: 'utf8mb4',
    supportBigNumbers: true,
  })
  client.on('error', () => {})
  await client.query(
    `SET SESSION max_statement_time = ${patienceMs / 1000}, lock_wait_timeout = 10, sql_mode = '',
                 enforce_storage_engine = NULL, tx_read_only = OFF, autocommit = ON`,
  )
  return client
}

/** Opens sessions as they are needed: one at a time, closed when it has been idle. */
export function openManagement(options: Session): Management {
  const { during, close } = createIdleSession<Connection>({
    idleMs,
    async connect(onGone) {
      const client = await openSession(options)
      client.on('error', () => onGone(client))
      client.on('end', () => onGone(client))
      return client
    },
    end: (client) => client.end(),
  })
  return {
    query: <Row>(text: string, values: readonly unknown[] = []) =>
      during(async (client) => {
        const [rows] = await client.query<RowDataPacket[]>(text, [...values])
        // What gives no rows gives a header.
        return Array.isArray(rows) ? (rows as Row[]) : []
      }),
    close,
  }
}
