import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { clientConfig } from './connect.ts'
import { sqlState } from './transact.ts'

/** Nothing answered before the deadline, or it refused for a reason that waiting does not cure. */
export class DatabaseUnreachable extends Error {
  constructor(reason: string, cause: unknown) {
    super(`The metadata database cannot be reached: ${reason}`, { cause })
    this.name = 'DatabaseUnreachable'
  }
}

// Wrong password, role or database: trying again only delays the message. 57P03 (starting up) is none of them.
const HOPELESS = /^(28|3D)/

async function answers(url: string): Promise<void> {
  const client = new pg.Client({ ...clientConfig(url, 'croft start'), connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Resolves once PostgreSQL answers a query; rejects with `DatabaseUnreachable` after `deadlineMs`. */
export async function waitForDatabase(url: string, deadlineMs: number, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + deadlineMs
  for (let delay = 25; ; delay = Math.min(delay * 2, 1_000)) {
    try {
      return await answers(url)
    } catch (error) {
      const reason = error instanceof Error ? error.message || error.name : String(error)
      if (HOPELESS.test(sqlState(error) ?? '') || Date.now() + delay > deadline) {
        throw new DatabaseUnreachable(reason, error)
      }
      await sleep(delay, undefined, signal ? { signal } : {})
    }
  }
}
