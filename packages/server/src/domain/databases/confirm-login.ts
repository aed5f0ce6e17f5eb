import pg from 'pg'
import type { Address } from './entities.ts'

const TIMEOUT_MS = 10_000

/**
 * Logs in as a client would, through the gateway, and runs a statement. Rejects when that fails: then the
 * database is not ready, whatever its agent says.
 */
export async function confirmLogin(login: {
  address: Address
  role: string
  password: string
}): Promise<void> {
  const client = new pg.Client({
    host: login.address.host,
    port: login.address.port,
    user: login.role,
    password: login.password,
    database: 'postgres',
    application_name: 'croft',
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    // The gateway's certificate may be of Croft's own authority, which this process need not know.
    ssl: login.address.sslmode === 'require' ? { rejectUnauthorized: false } : false,
  })
  try {
    await client.connect()
    await client.query('select 1')
  } finally {
    await client.end()
  }
}
