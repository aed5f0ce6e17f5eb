import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Role } from '@croft/protocol'
import { Redis } from 'ioredis'
import type { ContractFixture } from '../contract-fixture.ts'
import type { Endpoint } from '../engine.ts'

const resources = {
  size: 'nano',
  memoryMb: 128,
  settings: { maxmemory: '64mb', maxclients: '30' },
}

/** The contract suite's view of Redis. */
export function redisFixture(versions: readonly string[]): ContractFixture {
  return {
    name: 'redis',
    versions,
    resources,
    refused: { ...resources, settings: { appendfsync: 'no' } },
    role: redisRole,
    async connect(endpoint, name, password) {
      const client = await login(endpoint, name, password)
      const ended = once(client, 'end').then(() => {})
      return {
        async write(value) {
          await client.rpush('kept', value)
        },
        read: () => client.lrange('kept', 0, -1),
        async writeLater(value) {
          await client.multi({ pipeline: false })
          await client.rpush('kept', value)
          return async () => {
            await client.exec()
          }
        },
        async beBusy() {
          await client.multi({ pipeline: false })
        },
        ended,
        async close() {
          client.disconnect()
          await ended
        },
      }
    },
  }
}

/** A login over the server's own socket; errors of the session show in its commands. */
export async function login(endpoint: Endpoint, username: string, password: string): Promise<Redis> {
  if (!('path' in endpoint)) throw new Error('Redis servers listen on a socket')
  const client = new Redis({
    path: endpoint.path,
    username,
    password,
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    retryStrategy: null,
  })
  client.on('error', () => {})
  await client.connect()
  try {
    // It connects before the server has said what it thinks of the password.
    await client.ping()
  } catch (error) {
    client.disconnect()
    throw error
  }
  return client
}

/** A role with the hash that Redis itself would make of the password. */
export function redisRole(name: string, password: string): Role {
  return { name, verifier: createHash('sha256').update(password).digest('hex') }
}
