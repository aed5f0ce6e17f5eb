import pg from 'pg'

const CONNECT_TIMEOUT_MS = 15_000

/** Connects with the string as it was printed, runs one statement and leaves. */
export async function query(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  // A session that the server ends is told to the statement that runs; without a listener it ends the process.
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** The SQLSTATE with which a login fails, or `connected`. */
export async function loginFault(connectionString: string): Promise<string> {
  try {
    await query(connectionString, 'select 1')
    return 'connected'
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
}
