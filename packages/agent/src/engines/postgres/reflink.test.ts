import assert from 'node:assert/strict'
import { copyFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { asAgent } from '../../../test/archive-fixture.ts'
import { makeTestHost, quiet, type TestHost } from '../../../test/host-fixture.ts'
import type { Engine, Server } from '../engine.ts'
import { createEngines } from '../registry.ts'
import { createReflink } from './reflink.ts'

const resources = { size: 'nano', memoryMb: 256, settings: {} }
const signal = new AbortController().signal
let host: TestHost
let engine: Engine
let source: Server
let places: { directory: string; socketDirectory: string }

const start = async (directory: string, runtimeDirectory: string) =>
  engine.start({ version: '18', directory, runtimeDirectory, resources, log: quiet })

before(async () => {
  host = await makeTestHost()
  const made = createEngines({ storageRoot: host.root, runAs: host.runAs, log: quiet, archiveReserveMb: 64 })
  const found = made.get('postgres')
  assert.ok(found)
  engine = found
  places = { directory: join(host.root, 'data', 'source'), socketDirectory: await host.socketDirectory() }
  await engine.initialize('18', places.directory)
  source = await start(places.directory, places.socketDirectory)
  const agent = await asAgent(source, 'postgres')
  await agent.query('create table log (id int primary key, text text default md5(random()::text))')
  await agent.query('create unlogged table passing as select 1 as id')
  await agent.query("select pg_create_physical_replication_slot('kept', true)")
  await agent.end()
})
after(async () => {
  await source?.stop('immediate')
  await host?.remove()
})

/** A file system that shares no blocks, with what sharing them looks like from outside. */
function reflinkBy(clone: (from: string, to: string) => Promise<void>, copyUpTo = 0) {
  const reflink = createReflink({ owner: host.runAs, clone, copyUpTo })
  reflink.know(source, places)
  return reflink
}
const failure = (code: string) => Object.assign(new Error(code), { code })
const left = async () => (await readdir(join(host.root, 'data'))).filter((name) => name !== 'source')

test('a copy of a server under load holds every row that was acknowledged before it, and no slot', async () => {
  const writer = await asAgent(source, 'postgres')
  let acknowledged = 0
  let writing = true
  const load = (async () => {
    while (writing) {
      await writer.query('insert into log values ($1)', [acknowledged + 1])
      acknowledged += 1
      if (acknowledged % 20 === 0) await writer.query('checkpoint')
      if (acknowledged % 30 === 0)
        await writer.query('create table t (id int); insert into t values (1); drop table t')
    }
  })()
  while (acknowledged < 100) await delay(5)
  const directory = join(host.root, 'data', 'copy')
  const before = acknowledged
  const made = await reflinkBy(async (from, to) => {
    await delay(Math.random() * 2)
    await copyFile(from, to)
  }).copy(source, directory, signal)
  writing = false
  await load
  assert.equal(made, true)
  assert.ok(acknowledged > before, 'the load went on during the copy')

  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const found = await stat(join(entry.parentPath, entry.name))
    assert.equal(found.mode & 0o777, entry.isDirectory() ? 0o700 : 0o600, entry.name)
    if (host.runAs) assert.equal(found.uid, host.runAs.uid, entry.name)
  }
  const copy = await start(directory, await host.socketDirectory())
  try {
    const agent = await asAgent(copy, 'postgres')
    const { rows } = await agent.query('select count(*)::int as n, max(id) as last from log')
    assert.equal(rows[0]?.n, rows[0]?.last, 'no gap')
    assert.ok(rows[0]?.n >= before && rows[0]?.n <= acknowledged)
    assert.deepEqual((await agent.query('select * from passing')).rows, [], 'unlogged tables are empty')
    assert.deepEqual((await agent.query('select slot_name from pg_replication_slots')).rows, [])
    await agent.query('insert into log values (1000000)')
    await agent.end()
    assert.notEqual((await copy.mark()).split(':')[0], (await source.mark()).split(':')[0])
    assert.ok(copy.verify)
    await copy.verify(signal)
  } finally {
    await copy.stop('immediate')
  }
  // Nothing of the copy stays with the source but what was there.
  const agent = await asAgent(source)
  const slots = await agent.query('select slot_name from pg_replication_slots')
  assert.deepEqual(slots.rows, [{ slot_name: 'kept' }])
  await agent.end()
  await writer.end()
})

test('a file system that cannot is left as it was', async () => {
  const directory = join(host.root, 'data', 'none')
  const before = await left()
  for (const code of ['ENOTSUP', 'EXDEV', 'EINVAL']) {
    const made = await reflinkBy(async () => {
      throw failure(code)
    }).copy(source, directory, signal)
    assert.equal(made, false)
  }
  assert.deepEqual(await left(), before)
  assert.equal(
    await createReflink({ owner: host.runAs }).copy(source, directory, signal),
    false,
    'a stranger',
  )
})

test('what is small is copied where blocks cannot be shared, and serves', async () => {
  const directory = join(host.root, 'data', 'small')
  const cannot = async () => {
    throw failure('ENOTSUP')
  }
  assert.equal(await reflinkBy(cannot, 1_000_000).copy(source, directory, signal), false)
  assert.equal(await reflinkBy(cannot, 1_000_000_000).copy(source, directory, signal), true)
  const server = await start(directory, await host.socketDirectory())
  const original = await asAgent(source, 'postgres')
  const copied = await asAgent(server, 'postgres')
  const sum = 'select count(*)::int, md5(string_agg(text, null order by id)) from log'
  assert.deepEqual((await copied.query(sum)).rows, (await original.query(sum)).rows)
  await copied.end()
  await original.end()
  await server.stop('immediate')
  await rm(directory, { recursive: true })
})

test('a server without a free slot is left to a copy by stream', async () => {
  const before = await left()
  const agent = await asAgent(source, 'postgres')
  const taken = "select pg_create_physical_replication_slot('taken_' || n) from generate_series(1, 3) n"
  await agent.query(taken)
  try {
    const reflink = reflinkBy((from, to) => copyFile(from, to))
    assert.equal(await reflink.copy(source, join(host.root, 'data', 'none'), signal), false)
  } finally {
    await agent.query("select pg_drop_replication_slot('taken_' || n) from generate_series(1, 3) n")
    await agent.end()
  }
  assert.deepEqual(await left(), before)
})

test('a disk that fills up, a lost file of the log, and an abort fail it and leave nothing', async () => {
  const directory = join(host.root, 'data', 'none')
  const before = await left()
  let copied = 0
  const full = reflinkBy(async (from, to) => {
    if (++copied > 50) throw failure('ENOSPC')
    await copyFile(from, to)
  })
  await assert.rejects(full.copy(source, directory, signal), { code: 'ENOSPC' })
  const forgetful = reflinkBy(async (from, to) => {
    if (/pg_wal/.test(from)) throw failure('ENOENT')
    await copyFile(from, to)
  })
  await assert.rejects(forgetful.copy(source, directory, signal), { code: 'ENOENT' })
  const abort = new AbortController()
  const slow = reflinkBy(async (from, to) => {
    if (/base/.test(from)) abort.abort(new Error('enough'))
    await copyFile(from, to)
  })
  await assert.rejects(slow.copy(source, directory, abort.signal), /enough/)
  assert.deepEqual(await left(), before)
  const agent = await asAgent(source)
  const slots = await agent.query('select slot_name from pg_replication_slots')
  assert.deepEqual(slots.rows, [{ slot_name: 'kept' }])
  await agent.end()
})
