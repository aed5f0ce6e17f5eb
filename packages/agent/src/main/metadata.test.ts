import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { isRunning, makeTestHost, type TestHost } from '../../test/host-fixture.ts'

const program = fileURLToPath(new URL('./metadata.ts', import.meta.url))

let host: TestHost
let dataDirectory: string
const children = new Set<ChildProcess>()
const runtimeDirectories = new Set<string>()

before(async () => {
  host = await makeTestHost()
  dataDirectory = join(host.root, 'the data')
})
after(async () => {
  for (const child of children) {
    child.kill('SIGQUIT')
    await once(child, 'exit')
  }
  for (const directory of runtimeDirectories) await rm(directory, { recursive: true, force: true })
  await host.remove()
})

async function start() {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, CROFT_DATA_DIR: dataDirectory, CROFT_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  children.add(child)
  const exited = once(child, 'exit').then(([code, signal]) => {
    children.delete(child)
    return { code, signal }
  })
  const [line] = await once(child.stdout, 'data')
  const { socket }: { socket: string } = JSON.parse(String(line))
  runtimeDirectories.add(dirname(socket))
  return { child, exited, socket }
}

async function connect(socket: string): Promise<pg.Client> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ host: socket, port: 5432, user: 'croft', database: 'croft' })
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (error) {
      if (tries === 300) throw error
      await delay(50)
    }
  }
}

test('it becomes PostgreSQL, keeps its data over a stop and a kill, and takes over what a kill left', async () => {
  const first = await start()
  const client = await connect(first.socket)
  assert.equal((await client.query('SHOW shared_buffers')).rows[0]?.shared_buffers, '64MB')
  await client.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)')
  const { pid } = first.child
  assert.ok(pid)
  const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=,uid=', '-p', String(pid)])
  assert.match(stdout, /postgres/, 'the process that was started is the server')
  assert.match(stdout, new RegExp(`\\b${host.runAs?.uid ?? process.getuid?.()}\\b`))
  assert.equal((await stat(first.socket)).mode & 0o777, 0o700)
  assert.match(await readFile(join(dataDirectory, 'postgres', 'metadata', 'PG_VERSION'), 'utf8'), /^18/)
  first.child.kill('SIGINT')
  assert.deepEqual(await first.exited, { code: 0, signal: null })

  const second = await start()
  const again = await connect(second.socket)
  await again.query('INSERT INTO kept VALUES (2)')
  second.child.kill('SIGKILL')
  await second.exited

  const third = await start()
  const reader = await connect(third.socket)
  assert.equal((await reader.query('SELECT n FROM kept')).rowCount, 2)

  // The launcher was killed and started anew: its old server still runs.
  const fourth = await start()
  await third.exited
  assert.equal(await isRunning(third.child.pid ?? 0), false)
  const last = await connect(fourth.socket)
  assert.equal((await last.query('SELECT n FROM kept')).rowCount, 2)
  await last.end()
  fourth.child.kill('SIGINT')
  await fourth.exited
})
