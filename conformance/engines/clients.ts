import { Redis } from 'ioredis'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import pg from 'pg'

const TIMEOUT_MS = 30_000

/** A session of an engine's own client; each sees what all of its database have written. */
export interface Client {
  write(value: string): Promise<void>
  /** In the order of writing. */
  read(): Promise<string[]>
  /** Settles when the server has ended the session. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

type Connect = (connectionString: string) => Promise<Client>

async function connectPostgres(connectionString: string): Promise<Client> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  })
  client.on('error', () => {})
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()))
  await client.connect()
  return {
    ended,
    async write(value) {
      await client.query('create table if not exists kept (id serial, value text)')
      await client.query('insert into kept (value) values ($1)', [value])
    },
    async read() {
      const { rows } = await client.query<{ value: string }>('select value from kept order by id')
      return rows.map((row) => row.value)
    },
    close: () => client.end(),
  }
}

async function connectMariadb(uri: string): Promise<Client> {
  const client = await createConnection({ uri, connectTimeout: TIMEOUT_MS })
  const ended = new Promise<void>((resolve) => {
    client.on('error', () => resolve())
    client.on('end', () => resolve())
  })
  return {
    ended,
    async write(value) {
      await client.query('create table if not exists kept (id int auto_increment primary key, value text)')
      await client.query('insert into kept (value) values (?)', [value])
    },
    async read() {
      const [rows] = await client.query<RowDataPacket[]>('select value from kept order by id')
      return rows.map((row) => String(row.value))
    },
    async close() {
      client.destroy()
    },
  }
}

async function connectRedis(url: string): Promise<Client> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  let fault: unknown
  client.on('error', (error: unknown) => {
    fault ??= error
  })
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()))
  await client.connect().catch((error: unknown) => {
    throw fault ?? error
  })
  return {
    ended,
    async write(value) {
      await client.rpush('kept', value)
    },
    read: () => client.lrange('kept', 0, -1),
    async close() {
      client.disconnect()
    },
  }
}

/** By engine. The connection string is taken as it was printed. */
export const CONNECT: Readonly<Record<string, Connect>> = {
  postgres: connectPostgres,
  mariadb: connectMariadb,
  redis: connectRedis,
}

/** What a client does with one connection. */
export async function withClient<Result>(
  engine: string,
  connectionString: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const connect = CONNECT[engine]
  if (!connect) throw new Error(`no client for ${engine}`)
  const client = await connect(connectionString)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}
