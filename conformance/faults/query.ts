import pg from 'pg'

/** A connected client that fails in bounded time. The caller ends it. */
export async function connect(connectionString: string, timeoutMs = 10_000): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  // A connection that breaks between two queries; the next query says so.
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Runs one statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(
  connectionString: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = await connect(connectionString)
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}
