import pg from 'pg'
import { authorityOf, type EngineFacts, LOGIN_TIMEOUT_MS } from './engine-facts.ts'
import { scramVerifier } from './scram.ts'
import { postgres as settings } from './settings/postgres.ts'

export const postgres: EngineFacts = {
  name: 'postgres',
  title: 'PostgreSQL',
  scheme: 'postgres',
  usualDatabase: 'postgres',
  namesDatabases: true,
  archived: true,
  // The templates, and the agent's own.
  reservedDatabaseNames: new Set(['template0', 'template1', 'croft']),
  reservedRoles: /^(croft_|pg_|public$|none$)/,
  maxDatabaseNameLength: 63,
  maxRoleLength: 63,
  verifierOf: (password) => scramVerifier(password),
  connectionString({ role, password, address, database }) {
    const login = `${role}:${password}@${authorityOf(address)}`
    return `postgres://${login}/${database}?sslmode=${address.sslmode}`
  },
  async confirmLogin({ address, role, password, database }) {
    const client = new pg.Client({
      host: address.host,
      port: address.port,
      user: role,
      password,
      database,
      application_name: 'croft',
      connectionTimeoutMillis: LOGIN_TIMEOUT_MS,
      query_timeout: LOGIN_TIMEOUT_MS,
      // The gateway's certificate may be of Croft's own authority, which this process need not know.
      ssl: address.sslmode === 'require' ? { rejectUnauthorized: false } : false,
    })
    try {
      await client.connect()
      await client.query('select 1')
    } finally {
      await client.end()
    }
  },
  sizeLimitBytes: () => null,
  settings,
  scaledSettings: ['shared_buffers', 'effective_cache_size'],
  sessions: { setting: 'max_connections', reserved: 10 },
}
