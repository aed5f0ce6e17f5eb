import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { connect, query } from '../faults/query.ts'
import { createLedger, type Ledger } from './ledger.ts'

/** Writes numbered rows to one database, one transaction after another, and knows which were acknowledged. */
export interface Writer {
  readonly ledger: Ledger
  /** Where it connects to; another credential may take its place. */
  connectionString: string
  /** Resolves when no row is on its way any more. */
  pause(): Promise<void>
  resume(): void
  stop(): Promise<void>
  /** Why it last had to connect again. */
  fault(): string
}

const PAUSE_MS = 8
/** Two tables in one transaction: a restore that stops between two commits never has one without the other. */
const INSERT =
  'with one as (insert into written values ($1) returning n) insert into copied select n from one'

export async function prepareTables(connectionString: string): Promise<void> {
  await query(connectionString, 'create table if not exists written (n bigint primary key)')
  await query(connectionString, 'create table if not exists copied (n bigint primary key)')
}

/** The rows of a database. Throws when one table has what the other lacks. */
export async function readRows(connectionString: string): Promise<Set<number>> {
  const rows = await query<{ written: string | null; copied: string | null }>(
    connectionString,
    'select written.n as written, copied.n as copied from written full join copied using (n)',
  )
  const torn = rows.filter(({ written, copied }) => written === null || copied === null)
  if (torn.length > 0) throw new Error(`${torn.length} transactions are there by halves`)
  return new Set(rows.map(({ written }) => Number(written)))
}

/** The tables must be there. `first` is the number of the first row; numbers are never used twice. */
export function startWriter(connectionString: string, first = 1, ledger = createLedger()): Writer {
  let next = first
  let fault = 'none'
  let state: 'writing' | 'pausing' | 'stopped' = 'writing'
  let working: Promise<void> = Promise.resolve()
  const noteFault = (error: unknown) => {
    fault = error instanceof Error ? error.message : String(error)
    return null
  }

  async function write(client: pg.Client, string: string): Promise<void> {
    while (state === 'writing' && writer.connectionString === string) {
      const n = next
      next += 1
      const acknowledge = ledger.sending(n)
      await client.query(INSERT, [n])
      acknowledge()
      await sleep(PAUSE_MS)
    }
  }

  async function work(): Promise<void> {
    while (state === 'writing') {
      const string = writer.connectionString
      const client = await connect(string, 5000).catch(noteFault)
      if (client) {
        await write(client, string).catch(noteFault)
        await client.end().catch(() => {})
      }
      if (state === 'writing') await sleep(50)
    }
  }

  const writer: Writer = {
    ledger,
    connectionString,
    async pause() {
      if (state === 'writing') state = 'pausing'
      await working
    },
    resume() {
      if (state !== 'pausing') return
      state = 'writing'
      working = work()
    },
    async stop() {
      state = 'stopped'
      await working
    },
    fault: () => fault,
  }
  working = work()
  return writer
}
