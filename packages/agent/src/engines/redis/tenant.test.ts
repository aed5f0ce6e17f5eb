import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { testEngines } from '../../../test/engines-directory.ts'
import { makeTestHost, quiet, type TestHost } from '../../../test/host-fixture.ts'
import { AgentFault } from '../../fault.ts'
import { processesIn } from '../../host/processes.ts'
import type { Server } from '../engine.ts'
import { aclFileOf } from './acl-file.ts'
import { login, redisFixture, redisRole } from './contract-fixture.ts'
import { appendDirectory, baseName } from './data-directory.ts'
import { createRedisEngine } from './redis-engine.ts'
import { redisServer } from './server-kind.ts'

const never = new AbortController().signal
const { resources } = redisFixture(['7.0'])
const isFault = (code: string) => (error: unknown) => error instanceof AgentFault && error.code === code

let host: TestHost
let engine: ReturnType<typeof createRedisEngine>
let version: string
let slots = 0
const started = new Set<Server>()

before(async () => {
  host = await makeTestHost()
  engine = createRedisEngine({ enginesDirectory: testEngines(), runAs: host.runAs })
  await engine.install(null, () => {})
  await engine.versions()
  version = engine.defaultVersion
})
after(async () => {
  await Promise.all([...started].map((server) => server.stop('immediate')))
  await host.remove()
})

// As data directories of people have it.
const newDirectory = () => join(host.root, 'data', `with a space ${slots++}`)

async function start(directory: string, settings = resources.settings): Promise<Server> {
  const runtimeDirectory = await host.socketDirectory()
  const options = { version, directory, runtimeDirectory, resources: { ...resources, settings }, log: quiet }
  const server = await engine.start(options)
  started.add(server)
  void server.exited.then(() => started.delete(server))
  return server
}

async function fresh(settings = resources.settings) {
  const directory = newDirectory()
  await engine.initialize(version, directory)
  const server = await start(directory, settings)
  await server.applyRoles([redisRole('ada', 'one')], 10)
  return { directory, server, client: await login(server.endpoint, 'ada', 'one') }
}

async function copyOf(server: Server): Promise<string> {
  const directory = newDirectory()
  const { data } = await server.stream(never)
  await engine.restore(version, data, directory, never)
  return directory
}

test('a tenant does everything with data and nothing with the server', async () => {
  const { server, client } = await fresh()
  const allowed = [
    ['SET', 'k', '1'],
    ['KEYS', '*'],
    ['INFO', 'server'],
    ['RPUSH', 'list', '2', '1'],
    ['SORT', 'list'],
    ['EVAL', 'return redis.call("get", "k")', '0'],
    ['SELECT', '3'],
    ['SELECT', '0'],
    ['FLUSHDB'],
    ['FLUSHALL'],
    ['CLIENT', 'SETNAME', 'app'],
  ] as const
  for (const [name, ...args] of allowed) await client.call(name, ...args)
  const refused = [
    ['CONFIG', 'GET', '*'],
    ['CONFIG', 'SET', 'dir', '/tmp'],
    ['ACL', 'LIST'],
    ['ACL', 'SETUSER', 'eve', 'on', 'nopass', '+@all'],
    ['SHUTDOWN', 'NOSAVE'],
    ['DEBUG', 'SLEEP', '0'],
    ['MODULE', 'LIST'],
    ['REPLICAOF', 'localhost', '1'],
    ['BGSAVE'],
    ['SAVE'],
    ['BGREWRITEAOF'],
    ['MONITOR'],
    ['MIGRATE', 'localhost', '1', 'k', '0', '1'],
    ['CLIENT', 'LIST'],
    ['CLIENT', 'KILL', 'USER', 'croft_agent'],
    ['SLOWLOG', 'GET'],
    ['SCRIPT', 'DEBUG', 'SYNC'],
    ['PSYNC', '?', '-1'],
    ['EVAL', 'return redis.call("config", "get", "dir")', '0'],
  ] as const
  for (const [name, ...args] of refused) {
    await assert.rejects(client.call(name, ...args), /NOPERM|can't run this command|not allowed/, name)
  }
  client.disconnect()
  await server.stop('fast')
})

test('a script without an end does not keep a credential that is taken away', {
  concurrency: true,
}, async (t) => {
  const scripts = ['while true do end', "redis.call('set', 'k', 'never') while true do end"]
  for (const script of scripts) {
    t.test(script, async () => {
      const { directory, server, client } = await fresh()
      await client.set('k', 'kept')
      const looping = assert.rejects(client.eval(script, 0))
      let now = server
      for (let done = false; !done; ) {
        try {
          await now.applyRoles([redisRole('ada', 'two')], 10)
          done = true
        } catch (error) {
          assert.ok(isFault('server-crashed')(error))
          await now.exited
          now = await start(directory)
        }
      }
      await looping
      await assert.rejects(login(now.endpoint, 'ada', 'one'))
      const again = await login(now.endpoint, 'ada', 'two')
      assert.equal(await again.get('k'), 'kept')
      again.disconnect()
      await now.stop('fast')
    })
  }
})

test('what a killed server was about to save goes with it', async () => {
  const { directory, server, client } = await fresh()
  for (let at = 0; at < 400; at++) await client.set(`k${at}`, randomBytes(100_000))
  const copy = assert.rejects(server.stream(never))
  let child: number | undefined
  while (child === undefined) {
    const running = await processesIn(directory, 'redis-server')
    child = running.find((pid) => pid !== server.pid)
  }
  process.kill(child, 'SIGSTOP')
  process.kill(server.pid, 'SIGKILL')
  await copy
  await server.exited
  const again = await start(directory)
  assert.ok(!(await processesIn(directory, 'redis-server')).includes(child))
  // Nor does what the agent does of the old server's end touch the new one's lock.
  await server.stop('immediate').catch(() => {})
  await again.stop('fast')
  assert.ok(!(await readdir(directory)).includes(redisServer.lockFile))
})

test('clients who read no answers are put out before they take the memory of the host', async () => {
  const { server, client } = await fresh({ ...resources.settings, maxmemory: '16mb' })
  await client.set('large', 'x'.repeat(4_000_000))
  if (!('path' in server.endpoint)) throw new Error('Redis servers listen on a socket')
  const greedy = connect(server.endpoint.path)
  const closed = new Promise((resolve) => greedy.once('close', resolve))
  greedy.on('error', () => {})
  greedy.write(`AUTH ada one\r\n${'GET large\r\n'.repeat(100)}`)
  await closed
  const info = await client.info('memory')
  const peak = Number(/used_memory_peak:(\d+)/.exec(info)?.[1])
  assert.ok(peak < 100_000_000, `${peak} bytes`)
  client.disconnect()
  await server.stop('fast')
})

test('nobody gets in without a name, and a role of a forged file has the usual rights', async () => {
  const { directory, server, client } = await fresh()
  await assert.rejects(login(server.endpoint, 'default', ''))
  client.disconnect()
  await server.stop('fast')
  for (const left of ['dump.rdb', 'temp-4711.rdb']) await writeFile(join(directory, left), 'of a killed copy')
  const { verifier } = redisRole('eve', 'two')
  await appendFile(
    aclFileOf(directory),
    `user eve on #${verifier} ~* &* +@all\nuser open on nopass ~* +@all\n`,
  )
  const again = await start(directory)
  assert.ok(!(await readdir(directory)).some((name) => name.endsWith('.rdb')))
  const eve = await login(again.endpoint, 'eve', 'two')
  await assert.rejects(eve.config('GET', '*'), /NOPERM/)
  await assert.rejects(login(again.endpoint, 'open', 'any'))
  eve.disconnect()
  await again.applyRoles([redisRole('ada', 'one')], 10)
  await assert.rejects(login(again.endpoint, 'eve', 'two'))
  await again.stop('fast')
})

test('more than the memory of the size is refused in words, and what is there stays readable', async () => {
  const { server, client } = await fresh({ ...resources.settings, maxmemory: '8mb' })
  const value = 'x'.repeat(100_000)
  let written = 0
  await assert.rejects(async () => {
    for (; written < 1000; written++) await client.set(`k${written}`, value)
  }, /OOM command not allowed when used memory > 'maxmemory'/)
  assert.ok(written > 10)
  assert.equal(await client.get('k0'), value)
  assert.ok((await server.usage()).sizeBytes >= written * value.length)
  await client.del('k0')
  client.disconnect()
  await server.stop('fast')
})

test('a killed server loses no write that was answered', async () => {
  const { directory, server, client } = await fresh()
  let answered = 0
  const writing = (async () => {
    for (;;) {
      await Promise.all(Array.from({ length: 20 }, () => client.incr('count')))
      answered += 20
      if (answered === 4000) process.kill(server.pid, 'SIGKILL')
    }
  })()
  await assert.rejects(writing)
  await server.exited
  const again = await start(directory)
  const reader = await login(again.endpoint, 'ada', 'one')
  assert.ok(Number(await reader.get('count')) >= answered)
  reader.disconnect()
  await again.stop('fast')
})

test('a restored copy has the keys of every database with their times to live, whatever was written after', async () => {
  const { server, client } = await fresh()
  const until = Math.floor(Date.now() / 1000) + 5000
  await client.set('plain', 'v')
  await client.set('passing', 'v')
  await client.expireat('passing', until)
  await client.hset('hash', { a: '1', b: '2' })
  await client.select(5)
  await client.set('fifth', 'v')
  const [first, second] = await Promise.all([copyOf(server), copyOf(server)])
  await client.flushall()
  for (const directory of [first, second]) {
    const copy = await start(directory)
    await copy.applyRoles([redisRole('eve', 'two')], 10)
    const reader = await login(copy.endpoint, 'eve', 'two')
    assert.deepEqual((await reader.keys('*')).sort(), ['hash', 'passing', 'plain'])
    assert.equal(await reader.expiretime('passing'), until)
    assert.deepEqual(await reader.hgetall('hash'), { a: '1', b: '2' })
    await reader.select(5)
    assert.equal(await reader.get('fifth'), 'v')
    assert.deepEqual(await copy.verify?.(never), { relations: 4, databases: 2 })
    reader.disconnect()
    await copy.stop('fast')
  }
  client.disconnect()
  await server.stop('fast')
})

test('copies that are taken at one time are each whole, and leave no file', async () => {
  const { directory, server, client } = await fresh()
  await client.set('k', 'v'.repeat(1_000_000))
  const copies = await Promise.all([copyOf(server), copyOf(server), copyOf(server)])
  assert.equal(copies.length, 3)
  assert.ok(!(await readdir(directory)).some((name) => name.endsWith('.rdb')))
  client.disconnect()
  await server.stop('fast')
})

test('damage is found by the check, and a server does not start on it', async () => {
  const { server, client } = await fresh()
  await client.set('k', 'a value that is there in one piece')
  const directory = await copyOf(server)
  client.disconnect()
  await server.stop('fast')
  const copy = await start(directory)
  const base = join(directory, appendDirectory, baseName)
  const content = await readFile(base)
  content[content.indexOf('one piece')] = 0x21
  await writeFile(base, content)
  await assert.rejects(async () => copy.verify?.(never), isFault('data-corrupt'))
  await copy.stop('immediate')
  await assert.rejects(start(directory), /damaged or incomplete; restore it from a backup/)
})

test('a copy that is cut off, or is of something else, is refused and leaves nothing', async () => {
  const { server } = await fresh()
  const { data } = await server.stream(never)
  const whole = Buffer.concat(await data.toArray())
  await server.stop('fast')
  const { Readable } = await import('node:stream')
  for (const wrong of [whole.subarray(0, whole.length - 700), Buffer.from('no tar'), whole.subarray(512)]) {
    const directory = newDirectory()
    const stream = Readable.from([wrong])
    await assert.rejects(engine.restore(version, stream, directory, never), isFault('backup-corrupt'))
    await assert.rejects(readdir(directory))
    await assert.rejects(readdir(`${directory}.partial`))
  }
})

test('a server whose files have gone does not pass for an empty one', async () => {
  const directory = newDirectory()
  await mkdir(join(directory, appendDirectory), { recursive: true })
  await assert.rejects(start(directory), /missing or incomplete/)
})
