import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Croft } from '../../conformance/harness/croft.ts'

const PATIENCE_MS = 300_000

/** What benchmarks read of a database, by Croft's own API. */
export interface Database {
  readonly id: string
  readonly state: string
  readonly stateMessage: string | null
  readonly power: string | null
}
export interface NewDatabase extends Database {
  readonly connectionString: string
}

/** The platform as its clients reach it. */
export interface Client {
  /** Any route, with the token for what it serves. Rejects for a status that is no success. */
  request<Body>(method: string, path: string, body?: object): Promise<Body>
  createDatabase(wanted: object): Promise<NewDatabase>
  deleteDatabase(id: string): Promise<void>
  /** Asks until the database is so. Rejects when it fails or takes minutes. */
  waitFor(id: string, isSo: (database: Database) => boolean, everyMs?: number): Promise<Database>
}

export function createClient({ bootstrap }: Croft): Client {
  const { url, serviceToken, adminToken } = bootstrap

  async function request<Body>(method: string, path: string, body?: object): Promise<Body> {
    const token = path.startsWith('/api/croft/') ? adminToken : serviceToken
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return JSON.parse(text === '' ? 'null' : text)
  }

  const get = (id: string) => request<Database>('GET', `/api/croft/v1/databases/${id}`)

  async function waitFor(id: string, isSo: (database: Database) => boolean, everyMs = 50): Promise<Database> {
    const deadline = performance.now() + PATIENCE_MS
    for (;;) {
      const database = await get(id)
      if (isSo(database)) return database
      if (database.state === 'failed') throw new Error(`The database has failed: ${database.stateMessage}`)
      if (performance.now() > deadline) throw new Error(`Waited too long: ${JSON.stringify(database)}`)
      await sleep(everyMs)
    }
  }

  return {
    request,
    waitFor,
    createDatabase: (wanted) => request('POST', '/api/croft/v1/databases', wanted),
    async deleteDatabase(id) {
      await request('DELETE', `/api/croft/v1/databases/${id}`)
    },
  }
}

/** Logs in, runs one statement and logs out; the time until its answer, in ms. */
export async function timeQuery(connectionString: string, text = 'select 1'): Promise<number> {
  const began = performance.now()
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(text)
  const took = performance.now() - began
  await client.end()
  return took
}
