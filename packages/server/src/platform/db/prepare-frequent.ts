import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import { sqlState } from './transact.ts'

/** A statement is prepared from this use on: what is rare is not worth the memory of a plan. */
const FREQUENT = 20
/** Every connection keeps a plan of each in its server process. */
const MOST_PREPARED = 64
/** Lists of values make ever new texts; counting starts anew rather than remembering all of them. */
const MOST_COUNTED = 1000

/** "cached plan must not change result type": the table has got a column since. */
const FEATURE_NOT_SUPPORTED = '0A000'

/**
 * A pool for Kysely that makes named statements of those it sees often. PostgreSQL takes longer to parse
 * and plan our usual reads than to run them: planning alone was 0.2 ms, running 0.1 ms.
 */
export function prepareFrequent(pool: pg.Pool): PostgresPool {
  let uses = new Map<string, number>()
  let names = new Map<string, string>()
  let made = 0

  function nameOf(text: string): string | undefined {
    const known = names.get(text)
    if (known !== undefined || names.size >= MOST_PREPARED) return known
    const count = (uses.get(text) ?? 0) + 1
    if (count < FREQUENT) {
      if (uses.size >= MOST_COUNTED) uses = new Map()
      uses.set(text, count)
      return undefined
    }
    uses.delete(text)
    // Never one that was used before, so that a text prepared under an older name is prepared again.
    const name = `croft-${++made}`
    names.set(text, name)
    return name
  }

  async function run(client: pg.PoolClient, text: string, parameters: readonly unknown[]) {
    const values = [...parameters]
    const name = values.length > 0 ? nameOf(text) : undefined
    if (name === undefined) return client.query(text, values)
    try {
      return await client.query({ name, text, values })
    } catch (error) {
      if (sqlState(error) !== FEATURE_NOT_SUPPORTED) throw error
      // A newer server has migrated. Nothing was run, so it may run again, save in a transaction, which is lost.
      names = new Map()
      return client.query(text, values)
    }
  }

  // Kysely keeps what it knows of a connection by the client's identity.
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  function wrap(client: pg.PoolClient): PostgresPoolClient {
    const known = clients.get(client)
    if (known) return known
    function query<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>
    function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>
    function query(what: unknown, parameters: readonly unknown[] = []): unknown {
      if (typeof what !== 'string') throw new TypeError('queries are not streamed here')
      return run(client, what, parameters)
    }
    const wrapped: PostgresPoolClient = { query, release: (destroy) => client.release(destroy) }
    clients.set(client, wrapped)
    return wrapped
  }

  return {
    options: pool.options,
    connect: async () => wrap(await pool.connect()),
    end: () => pool.end(),
  }
}
