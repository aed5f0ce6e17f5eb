import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { testEngines } from '../../test/engines-directory.ts'
import { makeTestHost, quiet, type TestHost } from '../../test/host-fixture.ts'
import { AgentFault } from '../fault.ts'
import type { ContractFixture } from './contract-fixture.ts'
import type { Endpoint, Engine, Server } from './engine.ts'
import { mariadbFixture } from './mariadb/contract-fixture.ts'
import { login, postgresFixture } from './postgres/contract-fixture.ts'
import { redisFixture } from './redis/contract-fixture.ts'
import { createEngines } from './registry.ts'

const pathOf = (endpoint: Endpoint): string => ('path' in endpoint ? endpoint.path : '')

/** What a client of an engine does here. */
interface Client {
  /** What a setting is, as clients can ask. */
  show(name: string): Promise<string>
  /** Writes about a MB. */
  write(): Promise<void>
  /** Deletes what was written, in the way that is open to one whose server refuses writes. */
  remove(): Promise<void>
  close(): Promise<void>
}

interface Case {
  readonly fixture: ContractFixture
  /** Settings, and what clients see of them. */
  readonly shown: Readonly<Record<string, readonly [chosen: string, shown: string]>>
  /** Each of them would do, together they do not. */
  readonly impossible: Readonly<Record<string, string>>
  /** What would end or mislead sessions of the agent, if it held for them. */
  readonly hostile: Readonly<Record<string, string>>
  connect(endpoint: Endpoint): Promise<Client>
}

const cases: readonly Case[] = [
  {
    fixture: postgresFixture(['18']),
    shown: {
      work_mem: ['5MB', '5MB'],
      shared_buffers: ['16MB', '16MB'],
      max_parallel_workers: ['1', '1'],
      statement_timeout: ['90s', '90s'],
      track_functions: ['pl', 'pl'],
      default_transaction_isolation: ['repeatable read', 'repeatable read'],
    },
    // PostgreSQL checks that senders of its log fit among the connections, and cannot have so much memory.
    impossible: { shared_buffers: '2047GB', wal_buffers: '1GB' },
    hostile: {
      ...{ idle_session_timeout: '1ms', idle_in_transaction_session_timeout: '1ms' },
      ...{ statement_timeout: '1ms', lock_timeout: '1ms', default_transaction_isolation: 'serializable' },
      ...{ temp_file_limit: '0', row_security: 'off' },
    },
    async connect(endpoint) {
      const client = await login(endpoint, 'ada', 'one')
      return {
        show: async (name) => Object.values((await client.query(`SHOW ${name}`)).rows[0] ?? {}).join(),
        async write() {
          await client.query('CREATE TABLE IF NOT EXISTS kept (value text)')
          await client.query("INSERT INTO kept SELECT repeat('x', 1000) FROM generate_series(1, 1000)")
        },
        async remove() {
          await client.query('BEGIN READ WRITE')
          await client.query('TRUNCATE kept')
          await client.query('COMMIT')
        },
        close: () => client.end(),
      }
    },
  },
  {
    fixture: mariadbFixture(['10.11']),
    shown: {
      sort_buffer_size: ['1M', '1048576'],
      innodb_lock_wait_timeout: ['7', '7'],
      // The first is the client’s.
      sql_mode: ['STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY', 'IGNORE_SPACE,ONLY_FULL_GROUP_BY,STRICT_ALL_TABLES'],
      transaction_isolation: ['READ-COMMITTED', 'READ-COMMITTED'],
      collation_server: ['utf8mb4_unicode_ci', 'utf8mb4_unicode_ci'],
    },
    impossible: { character_set_server: 'latin1', collation_server: 'utf8mb4_unicode_ci' },
    hostile: {
      ...{ autocommit: 'OFF', wait_timeout: '1', interactive_timeout: '1', max_statement_time: '0.001' },
      ...{ max_allowed_packet: '1M', group_concat_max_len: '4', lock_wait_timeout: '0' },
      ...{ max_prepared_stmt_count: '0', transaction_isolation: 'SERIALIZABLE' },
      ...{ sql_mode: 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT', max_sort_length: '64' },
    },
    async connect(endpoint) {
      const socketPath = pathOf(endpoint)
      const client = await createConnection({ socketPath, user: 'ada', password: 'one', database: 'main' })
      client.on('error', () => {})
      return {
        async show(name) {
          const variable = name === 'transaction_isolation' ? 'tx_isolation' : name
          const [rows] = await client.query<RowDataPacket[]>(`SELECT @@${variable} AS value`)
          return String(rows[0]?.value)
        },
        async write() {
          await client.query('CREATE TABLE IF NOT EXISTS kept (value text)')
          await client.query("INSERT INTO kept SELECT repeat('x', 1000) FROM seq_1_to_1000")
        },
        async remove() {
          await client.query('SET SESSION TRANSACTION READ WRITE')
          await client.query('TRUNCATE kept')
        },
        close: async () => client.destroy(),
      }
    },
  },
  {
    fixture: redisFixture(['7.0']),
    shown: {
      maxmemory: ['33554432', '33554432'],
      'maxmemory-policy': ['allkeys-lru', 'allkeys_lru'],
    },
    impossible: { 'notify-keyspace-events': 'Q' },
    hostile: { timeout: '1', maxmemory: '1048576', hz: '500' },
    async connect(endpoint) {
      const client = new Redis({
        path: pathOf(endpoint),
        username: 'ada',
        password: 'one',
        lazyConnect: true,
      })
      client.on('error', () => {})
      await client.connect()
      return {
        async show(name) {
          const info = await client.info('memory')
          const line = new RegExp(`^${name.replace('-', '_')}:(.*)$`, 'm').exec(info)?.[1]?.trim()
          return (line ?? '').replace('-', '_')
        },
        async write() {
          await client.set('kept', 'x'.repeat(1e6))
        },
        async remove() {
          await client.del('kept')
        },
        close: async () => client.disconnect(),
      }
    },
  },
]

for (const { fixture, shown, impossible, hostile, connect } of cases) {
  describe(`${fixture.name} with chosen settings`, () => {
    let host: TestHost
    let engine: Engine
    const started = new Set<Server>()
    const version = fixture.versions[0] ?? ''
    let directory: string
    const ada = fixture.role('ada', 'one')

    const start = async (settings: Readonly<Record<string, string>>) => {
      const runtimeDirectory = await host.socketDirectory()
      const resources = { ...fixture.resources, settings: { ...fixture.resources.settings, ...settings } }
      const server = await engine.start({ version, directory, runtimeDirectory, resources, log: quiet })
      started.add(server)
      void server.exited.then(() => started.delete(server))
      await server.applyRoles([ada], 10)
      return server
    }

    before(async () => {
      host = await makeTestHost()
      const places = {
        storageRoot: host.root,
        enginesDirectory: testEngines(),
        runAs: host.runAs,
        log: quiet,
      }
      const found = createEngines(places).get(fixture.name)
      assert.ok(found)
      engine = found
      await engine.install(version, () => {})
      directory = join(host.root, 'data', 'one')
      await engine.initialize(version, directory)
    })
    after(async () => {
      await Promise.all([...started].map((server) => server.stop('immediate')))
      await host.remove()
    })

    test('clients see them', async () => {
      const server = await start(
        Object.fromEntries(Object.entries(shown).map(([name, [value]]) => [name, value])),
      )
      const client = await connect(server.endpoint)
      for (const [name, [, seen]] of Object.entries(shown)) assert.equal(await client.show(name), seen, name)
      await client.close()
      await server.stop('fast')
    })

    test('those that do not go together are a fault, and the data is unharmed', async () => {
      await assert.rejects(start(impossible), (error) => error instanceof AgentFault)
      const server = await start({})
      await server.stop('fast')
    })

    test('the agent’s own sessions do not obey them', async () => {
      const server = await start(hostile)
      await server.usage()
      // Longer than what ends sessions that are idle.
      await delay(1500)
      await server.usage()
      await server.applyRoles([ada, fixture.role('bob', 'two')], 10)
      assert.equal((await server.activity()).sessions, 0)
      await server.applyRoles([ada], 10)
      await server.stop('fast')
    })

    test('a server told to refuse writes takes deletions, the agent’s own work, and writes again after', async () => {
      const server = await start({})
      const before = await connect(server.endpoint)
      await before.write()
      await server.refuseWrites?.(true)
      await before.close()
      const client = await connect(server.endpoint)
      await assert.rejects(client.write())
      await server.applyRoles([ada, fixture.role('bob', 'two')], 10)
      await client.remove()
      await client.close()
      await server.refuseWrites?.(false)
      const last = await connect(server.endpoint)
      await last.write()
      await last.close()
      await server.refuseWrites?.(true)
      await server.stop('fast')
      const next = await start({})
      const again = await connect(next.endpoint)
      await again.write()
      await again.close()
      await next.stop('fast')
    })
  })
}
