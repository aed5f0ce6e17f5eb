import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { connect, query } from './query.ts'

export interface Writer {
  /** Rows whose commit was acknowledged. */
  acknowledged(): number
  /** Why it last had to connect again. */
  fault(): string
  stop(): Promise<void>
  /** Every acknowledged row is there, once, and no row that was never sent. Call it after `stop`. */
  assertNothingLost(): Promise<void>
}

const TABLE = 'drop table if exists written; create table written (n bigint primary key)'

/** Inserts numbered rows one after another through the gateway, and connects again whenever it breaks. */
export async function startWriter(connectionString: string): Promise<Writer> {
  await query(connectionString, TABLE)
  const acknowledged = new Set<number>()
  let sent = 0
  let stopped = false
  let fault = 'none'
  const noteFault = (error: unknown) => {
    fault = error instanceof Error ? error.message : String(error)
    return null
  }

  async function write(client: pg.Client): Promise<void> {
    while (!stopped) {
      sent += 1
      const n = sent
      await client.query('insert into written values ($1)', [n])
      acknowledged.add(n)
    }
  }

  async function work(): Promise<void> {
    while (!stopped) {
      const client = await connect(connectionString, 5000).catch(noteFault)
      if (client) {
        await write(client).catch(noteFault)
        await client.end().catch(() => {})
      }
      if (!stopped) await sleep(50)
    }
  }
  const working = work()

  return {
    acknowledged: () => acknowledged.size,
    fault: () => fault,
    async stop() {
      stopped = true
      await working
    },
    async assertNothingLost() {
      const rows = await query<{ n: string }>(connectionString, 'select n from written')
      const found = new Set(rows.map((row) => Number(row.n)))
      const lost = [...acknowledged].filter((n) => !found.has(n))
      assert.deepEqual(lost, [], `${lost.length} of ${acknowledged.size} acknowledged rows are lost`)
      assert.deepEqual(
        [...found].filter((n) => n > sent),
        [],
      )
    },
  }
}
