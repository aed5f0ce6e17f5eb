import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import type { Role } from '@croft/protocol'
import pg from 'pg'
import type { ContractFixture } from '../contract-fixture.ts'
import type { Endpoint } from '../engine.ts'

const resources = {
  size: 'nano',
  memoryMb: 256,
  settings: { shared_buffers: '8MB', max_connections: '30' },
}

/** The contract suite's view of PostgreSQL. Other versions than the bundled one are tested where installed. */
export function postgresFixture(versions: readonly string[]): ContractFixture {
  return {
    name: 'postgres',
    versions,
    resources,
    refused: { ...resources, settings: { fsync: 'off' } },
    role: scramRole,
    async connect(endpoint, name, password) {
      const client = await login(endpoint, name, password)
      const ended = new Promise<void>((resolve) => client.once('end', () => resolve()))
      return {
        async write(value) {
          await client.query('CREATE TABLE IF NOT EXISTS kept (value text)')
          await client.query('INSERT INTO kept VALUES ($1)', [value])
        },
        async read() {
          const [found] = (
            await client.query<{ there: boolean }>("SELECT to_regclass('kept') IS NOT NULL AS there")
          ).rows
          if (!found?.there) return []
          return (await client.query<{ value: string }>('SELECT value FROM kept')).rows.map(
            (row) => row.value,
          )
        },
        async writeLater(value) {
          await client.query('BEGIN')
          await client.query('INSERT INTO kept VALUES ($1)', [value])
          return async () => {
            await client.query('COMMIT')
          }
        },
        async beBusy() {
          await client.query('BEGIN')
        },
        ended,
        close: () => client.end(),
      }
    },
  }
}

/** A login over the server's own socket; errors of the session show in its queries. */
export async function login(
  endpoint: Endpoint,
  user: string,
  password: string,
  database = 'postgres',
): Promise<pg.Client> {
  if (!('path' in endpoint)) throw new Error('PostgreSQL servers listen on a socket')
  const client = new pg.Client({ host: dirname(endpoint.path), port: 5432, user, password, database })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** A role with the verifier that PostgreSQL itself would make of the password (RFC 5802). */
export function scramRole(name: string, password: string): Role {
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256')
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest()
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64')
  const keys = `${stored}:${keyed('Server Key').toString('base64')}`
  return { name, verifier: `SCRAM-SHA-256$4096:${salt.toString('base64')}$${keys}` }
}
