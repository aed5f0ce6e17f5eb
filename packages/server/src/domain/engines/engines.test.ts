import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { type ConnectionOptions, createPool } from 'mysql2/promise'
import pg from 'pg'
import { createPlatform } from '../../../test/platform.ts'
import { until } from '../../../test/scripted-agent.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { compareVersions } from './compare-versions.ts'
import type { Login } from './engine-facts.ts'
import { ENGINES, engineOf } from './registry.ts'

const login = (over: Partial<Login['address']> = {}, database = 'shop'): Login => ({
  address: { host: 'db.example.com', port: 7433, sslmode: 'disable', ...over },
  role: 'u_shop',
  password: 'w9RXg222wK',
  database,
})
const url = (engine: string, given: Login) => engineOf(engine).connectionString(given)

function readByMysql(text: string): ConnectionOptions {
  const config: object = createPool(text).pool.config
  assert.ok('connectionConfig' in config)
  return config.connectionConfig as ConnectionOptions
}
const readByRedis = (text: string) => new Redis(text, { lazyConnect: true }).options

test('each engine’s own client reads what its connection string says', () => {
  const pgClient = new pg.Client(url('postgres', login()))
  assert.deepEqual(
    [pgClient.host, pgClient.port, pgClient.user, pgClient.password, pgClient.database],
    ['db.example.com', 7433, 'u_shop', 'w9RXg222wK', 'shop'],
  )
  const { host, port, user, password, database, ssl } = readByMysql(url('mariadb', login()))
  assert.deepEqual(
    [host, Number(port), user, password, database, ssl],
    ['db.example.com', 7433, 'u_shop', 'w9RXg222wK', 'shop', false],
  )
  const redis = readByRedis(url('redis', login({}, '0')))
  assert.deepEqual(
    [redis.host, Number(redis.port), redis.username, redis.password, redis.db],
    ['db.example.com', 7433, 'u_shop', 'w9RXg222wK', 0],
  )
})

test('where TLS is required the strings say so in the words of each client', () => {
  const given = login({ sslmode: 'require' })
  assert.equal(new URL(url('postgres', given)).searchParams.get('sslmode'), 'require')
  const { ssl } = readByMysql(url('mariadb', given))
  assert.ok(typeof ssl === 'object' && ssl.rejectUnauthorized === false)
  assert.ok(readByRedis(url('redis', { ...given, database: '0' })).tls)
})

test('an IPv6 address is in brackets', () => {
  for (const { name } of ENGINES) {
    assert.equal(new URL(url(name, login({ host: '::1' }))).host, '[::1]:7433')
  }
})

test('passwords are stored as each engine has them', async () => {
  // What MySQL's PASSWORD('secret') gives, and SHA-256 of the example in Redis' documentation of ACLs.
  assert.equal(await engineOf('mariadb').verifierOf('secret'), '*14E65567ABDB5135D0CFD9A70B3032C179A49EE7')
  assert.equal(
    await engineOf('redis').verifierOf('foobar'),
    'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2',
  )
  assert.match(await engineOf('postgres').verifierOf('secret'), /^SCRAM-SHA-256\$4096:/)
})

test('an engine that there is none of is refused with those that there are', () => {
  assert.throws(
    () => engineOf('oracle'),
    (error) =>
      error instanceof CroftError &&
      error.code === 'engine-not-found' &&
      error.hint === 'Engines: postgres, mariadb, redis.',
  )
})

test('what a database of a size may hold is known where something limits it', () => {
  assert.equal(engineOf('redis').sizeLimitBytes({ maxmemory: '67108864' }), 67_108_864)
  assert.equal(engineOf('redis').sizeLimitBytes({}), null)
  assert.equal(engineOf('mariadb').sizeLimitBytes({ innodb_buffer_pool_size: '16M' }), null)
})

test('versions are in the order of their numbers', () => {
  assert.deepEqual(['10.11', '9', '10.6', '10', '7.0'].sort(compareVersions), [
    '7.0',
    '9',
    '10',
    '10.6',
    '10.11',
  ])
  const version = fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'))
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      assert.equal(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a)), 0)
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0)
    }),
  )
})

test('engines are listed from their first host on, and installed as long as a connected host has them', async (t) => {
  const platform = await createPlatform(t)
  const { domain, system } = platform
  const reason = 'mariadbd is not on this host: croft engine install mariadb'
  const agent = await platform.agent({
    engines: [
      { engine: 'redis', version: '7.0', installed: true },
      { engine: 'mariadb', version: '10.11', installed: false, reason },
      { engine: 'postgres', version: '18', installed: true },
      { engine: 'postgres', version: '17', installed: false },
      { engine: 'unheard-of', version: '1', installed: true },
    ],
  })
  const shown = async () =>
    (await domain.engines.listEngines(system)).map(({ name, versions }) => [
      name,
      ...versions.map((each) => [each.version, each.installed, each.reason]),
    ])
  assert.deepEqual(await shown(), [
    ['postgres', ['17', false, 'It is not installed on any host.'], ['18', true, undefined]],
    ['mariadb', ['10.11', false, reason]],
    ['redis', ['7.0', true, undefined]],
  ])
  const before = await domain.engines.listEngines(system)
  const { rows } = await platform.pool.query(
    `select external_id from resource_aliases where external_id like 'engine%' order by external_id`,
  )
  assert.deepEqual(
    rows.map((row) => row.external_id),
    ['engine/1', 'engine/2', 'engine/3', 'engine/4', 'enginetype/1', 'enginetype/2', 'enginetype/3'],
  )
  agent.say({ type: 'engines', engines: [{ engine: 'mariadb', version: '10.11', installed: true }] })
  await agent.report({ events: [], usage: [], observed: [] })
  const now = await domain.engines.listEngines(system)
  assert.deepEqual(
    now.map(({ id }) => id),
    before.map(({ id }) => id),
  )
  assert.equal(now[1]?.versions[0]?.installed, true)
  agent.leave()
  await until(async () => (await domain.engines.listEngines(system))[1]?.versions[0]?.installed === false)
  assert.equal((await shown())[2]?.[1]?.[2], 'No connected host knows it.')
})
