import { join } from 'node:path'
import { after, type TestContext } from 'node:test'
import { type Connection, connect } from '../src/platform/db/connect.ts'
import { makeDirectory, removeDirectory, type TestServer, testServer } from './postgres-server.ts'
import { copyTemplate, TEMPLATE } from './template.ts'

export interface TestDatabase extends Connection {
  readonly url: string
}

// Run after all tests, last first. Not by `t.after`: hooks of one test run in the order they were added, so a test
// that asks for its database first would lose it before its own clean-up.
const cleanups: (() => Promise<void>)[] = []
let shared: Promise<{ server: TestServer; admin: Connection }> | undefined
let clones = 0

after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

async function startShared(): Promise<{ server: TestServer; admin: Connection }> {
  const server = await startServer('socket')
  const admin = connect(server.url('postgres'), { applicationName: 'croft test', max: 1 })
  cleanups.push(admin.close)
  return { server, admin }
}

async function startServer(listenOn: 'socket' | 'tcp'): Promise<TestServer> {
  const directory = await makeDirectory('croft-test-')
  cleanups.push(() => removeDirectory(directory))
  await copyTemplate(join(directory, 'data'))
  const server = await testServer(join(directory, 'data'), listenOn)
  cleanups.push(server.stop)
  await server.start()
  return server
}

/**
 * A migrated database of its own for one test, on a PostgreSQL that this process starts at the first call. Both
 * are gone after the file's tests; `t` only keeps it from being called outside of one.
 */
export async function createTestDatabase(_t: TestContext): Promise<TestDatabase> {
  shared ??= startShared()
  const { server, admin } = await shared
  const name = `test_${++clones}`
  await admin.pool.query(`create database ${name} template ${TEMPLATE}`)
  const url = server.url(name)
  const connection = connect(url, { applicationName: 'croft test' })
  cleanups.push(connection.close)
  return { url, ...connection }
}

/** A server of its own, with the template, for tests that stop it or reach it over TCP. */
export function createTestServer(_t: TestContext, listenOn: 'socket' | 'tcp'): Promise<TestServer> {
  return startServer(listenOn)
}
