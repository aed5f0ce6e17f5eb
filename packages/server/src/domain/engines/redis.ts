import { createHash } from 'node:crypto'
import { authorityOf, type EngineFacts, LOGIN_TIMEOUT_MS } from './engine-facts.ts'
import { redis as settings } from './settings/redis.ts'

export const redis: EngineFacts = {
  name: 'redis',
  title: 'Redis',
  scheme: 'redis',
  usualDatabase: '0',
  namesDatabases: false,
  archived: false,
  reservedDatabaseNames: new Set(),
  reservedRoles: /^(croft_|default$)/,
  maxDatabaseNameLength: 64,
  maxRoleLength: 64,
  async verifierOf(password) {
    // As an ACL has it after `#`.
    return createHash('sha256').update(password).digest('hex')
  },
  connectionString({ role, password, address, database }) {
    const scheme = address.sslmode === 'require' ? 'rediss' : 'redis'
    return `${scheme}://${role}:${password}@${authorityOf(address)}/${database}`
  },
  async confirmLogin({ address, role, password }) {
    // Loaded when there is a database of this engine: it takes 5 MB.
    const { Redis } = await import('ioredis')
    const client = new Redis({
      host: address.host,
      port: address.port,
      username: role,
      password,
      lazyConnect: true,
      enableReadyCheck: false,
      connectTimeout: LOGIN_TIMEOUT_MS,
      commandTimeout: LOGIN_TIMEOUT_MS,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      ...(address.sslmode === 'require' ? { tls: { rejectUnauthorized: false } } : {}),
    })
    let fault: unknown
    client.on('error', (error: unknown) => {
      fault ??= error
    })
    try {
      await client.connect()
      await client.ping()
    } catch (error) {
      // What it rejects with after a refusal is only that the connection is closed.
      throw fault ?? error
    } finally {
      client.disconnect()
    }
  },
  sizeLimitBytes({ maxmemory }) {
    const bytes = Number(maxmemory)
    return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null
  },
  settings,
  scaledSettings: ['maxmemory'],
  sessions: { setting: 'maxclients', reserved: 0 },
}
