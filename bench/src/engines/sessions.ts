import { Redis } from 'ioredis'
import { createConnection } from 'mysql2/promise'

const TIMEOUT_MS = 30_000

/** Where a session goes: through a gateway as clients do, or over a server's own socket with the same login. */
export interface Place {
  readonly connectionString: string
  readonly socket: string | null
}

/** One session of an engine's usual client. */
export interface Session {
  /** The cheapest question that shows that the database serves. */
  ask(): Promise<void>
  /** Puts `count` entries in, numbered from 1. */
  fill(count: number): Promise<void>
  /** Looks one of them up by its number. */
  look(id: number): Promise<void>
  close(): Promise<void>
}

async function openMariadb({ connectionString, socket }: Place): Promise<Session> {
  const { username, password, pathname, hostname, port } = new URL(connectionString)
  const login = { user: username, password, database: pathname.slice(1), connectTimeout: TIMEOUT_MS }
  const where = socket === null ? { host: hostname, port: Number(port) } : { socketPath: socket }
  const client = await createConnection({ ...login, ...where })
  return {
    async ask() {
      await client.query('select 1')
    },
    async fill(count) {
      await client.query('set max_recursive_iterations = ?', [count])
      await client.query('create table items (id int primary key, value varchar(100))')
      await client.query(
        `insert into items with recursive n as (select 1 as i union all select i + 1 from n where i < ?)
           select i, repeat('x', 84) from n`,
        [count],
      )
    },
    async look(id) {
      await client.execute('select value from items where id = ?', [id])
    },
    close: () => client.end(),
  }
}

async function openRedis({ connectionString, socket }: Place): Promise<Session> {
  const { username, password, hostname, port } = new URL(connectionString)
  const client = new Redis({
    ...(socket === null ? { host: hostname, port: Number(port) } : { path: socket }),
    username,
    password,
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  // What it rejects with after a refusal is only that the connection is closed.
  let fault: unknown
  client.on('error', (error: unknown) => {
    fault ??= error
  })
  await client.connect().catch((error: unknown) => {
    throw fault ?? error
  })
  return {
    async ask() {
      await client.ping()
    },
    async fill(count) {
      for (let from = 1; from <= count; from += 1000) {
        const ids = Array.from({ length: Math.min(1000, count - from + 1) }, (_, i) => from + i)
        await client.mset(ids.flatMap((id) => [`item:${id}`, 'x'.repeat(84)]))
      }
    },
    async look(id) {
      await client.get(`item:${id}`)
    },
    async close() {
      client.disconnect()
    },
  }
}

const OPEN: Readonly<Record<string, (place: Place) => Promise<Session>>> = {
  mariadb: openMariadb,
  redis: openRedis,
}

/** Logs in. Rejects for an engine that these benchmarks do not measure. */
export async function openSession(engine: string, place: Place): Promise<Session> {
  const open = OPEN[engine]
  if (!open) throw new Error(`no session for ${engine}`)
  return open(place)
}

/** Logs in, asks and logs out; the time until the answer, in ms. */
export async function timeFirst(engine: string, connectionString: string): Promise<number> {
  const began = performance.now()
  const session = await openSession(engine, { connectionString, socket: null })
  await session.ask()
  const took = performance.now() - began
  await session.close()
  return took
}
