import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { makeTestHost, quiet, type TestHost } from '../../test/host-fixture.ts'
import type { Engine, Server } from '../engines/engine.ts'
import { createEngines } from '../engines/registry.ts'
import { receiveData } from '../instances/receive-data.ts'
import { readBackup } from './read-backup.ts'
import { createDirectoryStore } from './targets/directory.ts'
import type { BackupStore } from './targets/target.ts'
import { writeBackup } from './write-backup.ts'

const signal = new AbortController().signal
const encryptionKey = randomBytes(32).toString('base64')
const resources = { size: 'nano', memoryMb: 256, settings: {} }
let host: TestHost
let engine: Engine
let version: string
let server: Server
let store: BackupStore

before(async () => {
  host = await makeTestHost()
  const { root: storageRoot, runAs } = host
  const found = createEngines({ storageRoot, runAs, log: quiet, archiveReserveMb: 256 }).get('postgres')
  assert.ok(found)
  engine = found
  version = engine.defaultVersion
  await engine.initialize(version, join(host.root, 'data', 'first'))
  server = await start('first')
  const stored = join(host.root, 'stored')
  await mkdir(stored)
  store = createDirectoryStore(stored, { create: false })
})
after(async () => {
  await server?.stop('fast')
  await host?.remove()
})

async function start(name: string): Promise<Server> {
  const runtimeDirectory = await host.socketDirectory()
  return engine.start({
    version,
    directory: join(host.root, 'data', name),
    runtimeDirectory,
    resources,
    log: quiet,
  })
}

async function query(on: Server, text: string): Promise<unknown[]> {
  assert.ok('path' in on.endpoint)
  const client = new pg.Client({
    host: join(on.endpoint.path, '..'),
    port: 5432,
    user: 'croft_agent',
    database: 'postgres',
  })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

const backUp = (backupId: string, parentKey?: string) =>
  writeBackup(
    async () => ({ server, version, release() {} }),
    store,
    { instanceId: 'i1', backupId, engine: 'postgres', encryptionKey, ...(parentKey ? { parentKey } : {}) },
    { signal, progress: () => {}, trackFromBytes: 1 },
  )

test('backups of a large database are incremental from the second on, over a restart, and restore as a whole', async () => {
  await query(
    server,
    'create table t as select g as id, md5(g::text) as text from generate_series(1, 20000) g',
  )
  const full = await backUp('b1')
  assert.deepEqual([full.kind, full.parentKey], ['full', undefined])
  assert.deepEqual(await query(server, 'show summarize_wal'), [{ summarize_wal: 'on' }])

  await query(server, `update t set text = 'one' where id = 7`)
  const first = await backUp('b2', full.key)
  assert.deepEqual([first.kind, first.parentKey], ['incremental', full.key])
  assert.ok(first.sizeBytes < full.sizeBytes, `${first.sizeBytes} of ${full.sizeBytes}`)

  await server.stop('fast')
  server = await start('first')
  await query(server, `update t set text = 'two' where id = 8`)
  await query(server, 'create table u as select 1 as id')
  const second = await backUp('b3', first.key)
  assert.deepEqual([second.kind, second.parentKey], ['incremental', first.key])

  const expected = { engine: 'postgres', version, encryptionKey }
  const opened = await readBackup(store, second.key, expected, signal)
  assert.equal(opened.increments.length, 2)
  const directory = join(host.root, 'data', 'second')
  const seen: number[] = []
  const onProgress = (done: number) => void seen.push(done)
  await receiveData(opened, { engine, version, directory, onProgress, signal })
  assert.equal(seen.at(-1), opened.sizeBytes)
  const restored = await start('second')
  try {
    const text = `select count(*)::int as n, min(text) filter (where id = 7) as a, min(text) filter (where id = 8) as b from t`
    assert.deepEqual(await query(restored, text), [{ n: 20_000, a: 'one', b: 'two' }])
    assert.deepEqual(await query(restored, 'select id from u'), [{ id: 1 }])
    assert.notEqual(await restored.mark(), await server.mark())
  } finally {
    await restored.stop('fast')
  }
})

test('a backup whose parent is gone, not its own or of another key is a full one', async () => {
  const full = await backUp('c1')
  const orphan = await backUp('c2', 'i1/none')
  assert.deepEqual([orphan.kind, orphan.parentKey], ['full', undefined])
  const other = { ...store, get: store.get }
  const plain = await writeBackup(
    async () => ({ server, version, release() {} }),
    other,
    { instanceId: 'i1', backupId: 'c3', engine: 'postgres', parentKey: full.key },
    { signal, progress: () => {}, trackFromBytes: 1 },
  )
  assert.equal(plain.kind, 'full')
  const stranger = await writeBackup(
    async () => ({ server, version, release() {} }),
    other,
    { instanceId: 'i2', backupId: 'c4', engine: 'postgres', encryptionKey, parentKey: full.key },
    { signal, progress: () => {}, trackFromBytes: 1 },
  )
  assert.equal(stranger.kind, 'full')
})

test('a small database keeps no account of changes, and a chain with a part missing says so', async () => {
  const full = await backUp('d1')
  const next = await backUp('d2', full.key)
  assert.equal(next.kind, 'incremental')
  await store.remove(full.key)
  await assert.rejects(readBackup(store, next.key, { engine: 'postgres', version, encryptionKey }, signal), {
    code: 'backup-missing',
    message: /builds on/,
  })
  await rm(join(host.root, 'stored'), { recursive: true })
  await mkdir(join(host.root, 'stored'))
  const small = await writeBackup(
    async () => ({ server, version, release() {} }),
    store,
    { instanceId: 'i1', backupId: 'e1', engine: 'postgres' },
    { signal, progress: () => {} },
  )
  assert.equal(small.kind, 'full')
  assert.deepEqual(await readdir(join(host.root, 'stored', 'i1', 'e1')), ['data.tar.zst', 'manifest.json'])
})
