import { setTimeout as sleep } from 'node:timers/promises'
import type { Db, Tx } from './connect.ts'

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
const RETRIES = 3

/** The SQLSTATE of an error of PostgreSQL, e.g. `23505`. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/**
 * Runs `fn` in a transaction. Deadlocks and serialization failures are tried again, three times at most, so
 * `fn` must have no effect outside `tx`.
 */
export async function transact<Result>(db: Db, fn: (tx: Tx) => Promise<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await db.transaction().execute(fn)
    } catch (error) {
      const state = sqlState(error)
      const retryable = state === SERIALIZATION_FAILURE || state === DEADLOCK_DETECTED
      if (!retryable || attempt === RETRIES) throw error
      await sleep(Math.random() * 20 * 2 ** attempt)
    }
  }
}
