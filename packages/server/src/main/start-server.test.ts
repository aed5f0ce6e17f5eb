import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parseSettings } from '@croft/protocol'
import pg from 'pg'
import { createTestServer } from '../../test/database.ts'
import { until } from '../../test/scripted-agent.ts'
import { connect } from '../platform/db/index.ts'
import { createLogger } from '../platform/log/index.ts'
import { BOOTSTRAP_LOCK, startServer } from './start-server.ts'

const log = createLogger({ name: 'test', level: 'silent' })

async function emptyDatabase(t: TestContext): Promise<string> {
  const server = await createTestServer(t, 'socket')
  const client = new pg.Client(server.url('postgres'))
  await client.connect()
  await client.query('create database fresh')
  await client.end()
  return server.url('fresh')
}

async function directory(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'croft-start-'))
  t.after(() => rm(made, { recursive: true, force: true }))
  return made
}

function start(databaseUrl: string, dataDirectory: string, port = 0) {
  const settings = parseSettings({
    CROFT_DATABASE_URL: databaseUrl,
    CROFT_DATA_DIR: dataDirectory,
    CROFT_KEYS_FILE: join(dataDirectory, 'keys.json'),
    CROFT_PORT: String(port),
  })
  return startServer(settings, log, { launched: false })
}

test('of two servers that start at once on an empty database, one makes what is needed', async (t) => {
  const url = await emptyDatabase(t)
  const servers = await Promise.all([start(url, await directory(t)), start(url, await directory(t))])
  t.after(() => Promise.all(servers.map((server) => server.stop())))
  const paths = servers.flatMap((server) => server.bootstrap ?? [])
  assert.equal(paths.length, 1)
  const file = JSON.parse(await readFile(paths[0] ?? '', 'utf8'))
  const { db, close } = connect(url, { applicationName: 'croft test' })
  t.after(close)
  const workspaces = await db.selectFrom('workspaces').select('id').execute()
  assert.deepEqual(workspaces, [{ id: file.workspaceId }])
  for (const server of servers) {
    const answer = await fetch(`${server.url}/v1/projects/${file.projectId}`, {
      headers: { authorization: `Bearer ${file.serviceToken}` },
    })
    assert.notEqual(answer.status, 401)
  }
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('a server is not ready before its first start is through', async (t) => {
  const url = await emptyDatabase(t)
  const holder = new pg.Client(url)
  await holder.connect()
  await holder.query('select pg_advisory_lock($1)', [BOOTSTRAP_LOCK])
  const port = await freePort()
  const ready = () => fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
  const starting = start(url, await directory(t), port)
  t.after(async () => {
    await holder.end()
    await (await starting).stop()
  })
  const early = await until(async () => {
    const answer = await ready()
    if (!answer) return undefined
    const { parts } = (await answer.json()) as { parts: Record<string, boolean> }
    return parts.signals ? { status: answer.status, parts } : undefined
  })
  assert.deepEqual(early, { status: 503, parts: { database: true, signals: true, started: false } })
  await holder.query('select pg_advisory_unlock_all()')
  await starting
  assert.equal((await ready())?.status, 200)
})
