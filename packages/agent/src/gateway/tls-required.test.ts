import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { pino } from 'pino'
import { startGateway } from '../../test/gateway-fixture.ts'
import { AgentFault } from '../fault.ts'
import { createMariadbProtocol } from './mariadb/mariadb-protocol.ts'
import { createPostgresProtocol } from './postgres/postgres-protocol.ts'
import type { Protocol } from './protocol.ts'
import { createRedisProtocol } from './redis/redis-protocol.ts'

const HOST = '127.0.0.1'
const LOGIN = { host: HOST, user: 'tenant', password: 'secret' }

async function tryPostgres(port: number, tls: boolean): Promise<never> {
  const client = new pg.Client({ ...LOGIN, port, ssl: tls ? { rejectUnauthorized: false } : false })
  client.on('error', () => {})
  await client.connect()
  throw new Error('it logged in')
}

async function tryMysql(port: number, tls: boolean): Promise<never> {
  await createConnection({ ...LOGIN, port, ...(tls ? { ssl: { rejectUnauthorized: false } } : {}) })
  throw new Error('it logged in')
}

async function tryRedis(port: number, tls: boolean): Promise<never> {
  const socket = tls
    ? connectTls({ host: HOST, port, rejectUnauthorized: false })
    : connect({ host: HOST, port })
  socket.setEncoding('utf8')
  socket.write('AUTH tenant secret\r\n')
  const said = await text(socket)
  throw new Error(said)
}

/** What a client is told on both kinds of ports; `woken` counts those that were let through to the server. */
async function attempt(
  t: TestContext,
  protocol: Protocol,
  tryLogin: (port: number, tls: boolean) => Promise<never>,
) {
  let woken = 0
  const { gateway, routes } = await startGateway(t, {
    ...{ endpoint: { host: HOST, port: 9 }, protocol, tlsRequired: true },
    async wake() {
      woken += 1
      throw new AgentFault('server-start-failed', 'It does not wake.')
    },
  })
  const own = await gateway.openPort(0, routes)
  t.after(() => own.close())
  const answers: string[] = []
  for (const port of [gateway.port, own.port]) {
    for (const tls of [false, true]) {
      const error: unknown = await tryLogin(port, tls).catch((thrown: unknown) => thrown)
      assert.ok(error instanceof Error)
      answers.push(`${'code' in error ? String(error.code) : ''} ${error.message}`)
    }
  }
  return { answers, woken }
}

const cases: [string, Protocol, (port: number, tls: boolean) => Promise<never>, RegExp][] = [
  ['postgres', createPostgresProtocol(pino({ level: 'silent' })), tryPostgres, /^28000 .*with TLS only/],
  ['mariadb', createMariadbProtocol(), tryMysql, /with TLS only/],
  ['redis', createRedisProtocol(), tryRedis, /^ -ERR .*with TLS only/],
]
for (const [name, protocol, tryLogin, words] of cases) {
  test(`${name}: a database that requires TLS turns away who comes without, on either port`, async (t) => {
    const { answers, woken } = await attempt(t, protocol, tryLogin)
    assert.equal(answers.length, 4)
    const [shared, sharedTls, own, ownTls] = answers
    for (const refused of [shared, own]) assert.match(refused ?? '', words)
    for (const passed of [sharedTls, ownTls]) assert.match(passed ?? '', /does not wake/)
    assert.equal(woken, 2)
  })
}
