import pg from 'pg'

/** Writes rows until the server's log has grown by so many bytes. */
export async function writeLog(connectionString: string, bytes: number): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query('create table if not exists changes (id bigserial primary key, body text)')
    const position = async () => {
      const { rows } = await client.query<{ at: string }>(`select pg_current_wal_lsn() - '0/0' as at`)
      return Number(rows[0]?.at)
    }
    const began = await position()
    while ((await position()) < began + bytes) {
      await client.query(
        `insert into changes (body) select repeat(md5(random()::text), 8) from generate_series(1, 2000)`,
      )
    }
  } finally {
    await client.end()
  }
}
