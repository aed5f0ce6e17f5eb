import type pg from 'pg'

/**
 * Runs `work` while no other process is in one with the same lock; waits for its turn however long that takes. The
 * lock is an advisory one of the database, on a connection of its own: a process that dies gives it back.
 */
export async function underLock<Result>(
  pool: Pick<pg.Pool, 'connect'>,
  lock: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    await client.query('select pg_advisory_lock($1)', [lock])
    return await work()
  } finally {
    // Closing the connection frees the lock whatever state it is in.
    client.release(true)
  }
}
