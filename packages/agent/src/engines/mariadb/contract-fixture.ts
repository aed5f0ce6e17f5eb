import { createHash } from 'node:crypto'
import type { Role } from '@croft/protocol'
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import type { ContractFixture } from '../contract-fixture.ts'
import type { Endpoint } from '../engine.ts'
import { usualDatabase } from './access.ts'

const resources = {
  size: 'nano',
  memoryMb: 256,
  settings: { innodb_buffer_pool_size: '16M', max_connections: '30' },
}

/** The contract suite's view of MariaDB. */
export function mariadbFixture(versions: readonly string[]): ContractFixture {
  return {
    name: 'mariadb',
    versions,
    resources,
    refused: { ...resources, settings: { innodb_flush_log_at_trx_commit: '0' } },
    role: mysqlRole,
    async connect(endpoint, name, password) {
      const client = await login(endpoint, name, password)
      const ended = new Promise<void>((resolve) => client.once('end', () => resolve()))
      return {
        async write(value) {
          await client.query('CREATE TABLE IF NOT EXISTS kept (value text)')
          await client.query('INSERT INTO kept VALUES (?)', [value])
        },
        async read() {
          const [there] = await client.query<RowDataPacket[]>(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kept'",
          )
          if (there.length === 0) return []
          const [rows] = await client.query<RowDataPacket[]>('SELECT value FROM kept')
          return rows.map((row) => String(row.value))
        },
        async writeLater(value) {
          await client.query('BEGIN')
          await client.query('INSERT INTO kept VALUES (?)', [value])
          return async () => {
            await client.query('COMMIT')
          }
        },
        async beBusy() {
          client.query('SELECT SLEEP(600)').catch(() => {})
          // The statement is on its way; what is asked next goes another.
          await new Promise((resolve) => setTimeout(resolve, 200))
        },
        ended,
        async close() {
          client.destroy()
        },
      }
    },
  }
}

/** A login over the server's own socket; errors of the session show in its queries. */
export async function login(
  endpoint: Endpoint,
  user: string,
  password: string,
  database = usualDatabase,
): Promise<Connection> {
  if (!('path' in endpoint)) throw new Error('MariaDB servers listen on a socket')
  const client = await createConnection({ socketPath: endpoint.path, user, password, database })
  client.on('error', () => {})
  return client
}

/** A role with the verifier that mysql_native_password stores. */
export function mysqlRole(name: string, password: string): Role {
  const sha1 = (data: Buffer) => createHash('sha1').update(data).digest()
  return {
    name,
    verifier: `*${sha1(sha1(Buffer.from(password)))
      .toString('hex')
      .toUpperCase()}`,
  }
}
