import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, beforeEach, test } from 'node:test'
import {
  initialize,
  makeScratch,
  owner,
  type PostgresProcess,
  startPostgres,
} from '../../test/backup-fixture.ts'
import { streamBaseBackup } from '../engines/postgres/base-backup.ts'
import { restoreData } from '../engines/postgres/restore-data.ts'
import { AgentFault } from '../fault.ts'
import { listBackups } from './list-backups.ts'
import { readBackup } from './read-backup.ts'
import { removeBackup } from './remove-backup.ts'
import { createDirectoryStore } from './targets/directory.ts'
import type { BackupStore } from './targets/target.ts'
import { type HeldServer, writeBackup } from './write-backup.ts'

const signal = new AbortController().signal
const expected = { engine: 'postgres', version: '18' }
const request = { instanceId: 'i1', backupId: 'b1', engine: 'postgres' }
const heldOf = (server: HeldServer['server']) => async (): Promise<HeldServer> => ({
  server,
  version: '18',
  release() {},
})
let scratch: Awaited<ReturnType<typeof makeScratch>>
let postgres: PostgresProcess
let root: string
let store: BackupStore
let copies = 0

const server = {
  mark: async () => 'mark-1',
  stream: (abort: AbortSignal) => {
    copies += 1
    return streamBaseBackup(postgres.socketPath, 'postgres', abort)
  },
}
/** The smallest thing that can be backed up, where PostgreSQL is not what is tested. */
const small = {
  mark: async () => 'mark-1',
  stream: async () => ({ data: Readable.from([Buffer.alloc(3_000_000, 'croft')]), sizeBytes: 1000 }),
}
const quiet = { signal, progress: () => {} }

before(async () => {
  scratch = await makeScratch()
  await initialize(join(scratch.path, 'data'))
  postgres = await startPostgres(join(scratch.path, 'data'))
  const client = await postgres.connect()
  await client.query(
    'create table t as select g as id, md5(g::text) as text from generate_series(1, 50000) g',
  )
  await client.end()
})
after(async () => {
  await postgres?.stop()
  await scratch?.remove()
})
beforeEach(async () => {
  root = join(scratch.path, 'store')
  await rm(root, { recursive: true, force: true })
  await mkdir(root)
  store = createDirectoryStore(root, { create: false })
  copies = 0
})

const restore = async (name: string) => {
  const { data } = await readBackup(store, 'i1/b1', expected, signal)
  await restoreData(data, join(scratch.path, name), owner, signal)
}

test('a backup is stored with its manifest, restored, and started', async () => {
  const seen: [number, number][] = []
  const result = await writeBackup(heldOf(server), store, request, {
    signal,
    progress: (...at) => void seen.push(at),
  })
  assert.equal(result.key, 'i1/b1')
  assert.equal(result.mark, 'mark-1')
  assert.equal(result.skipped, false)
  assert.ok(result.sizeBytes > 20_000_000 && result.storedBytes < result.sizeBytes / 2)
  assert.deepEqual(seen.at(-1)?.[0], result.sizeBytes)
  for (const [done, total] of seen) assert.ok(done <= total)
  assert.deepEqual(await readdir(join(root, 'i1', 'b1')), ['data.tar.zst', 'manifest.json'])

  await restore('restored')
  const restored = await startPostgres(join(scratch.path, 'restored'))
  try {
    const client = await restored.connect()
    const { rows } = await client.query(
      'select count(*)::int as n, md5(string_agg(text, null order by id)) from t',
    )
    const original = await postgres.connect()
    const same = await original.query(
      'select count(*)::int as n, md5(string_agg(text, null order by id)) from t',
    )
    assert.deepEqual(rows, same.rows)
    await client.end()
    await original.end()
  } finally {
    await restored.stop()
  }
})

test('asking again for a complete backup gives its result without another copy', async () => {
  const first = await writeBackup(heldOf(server), store, request, quiet)
  assert.deepEqual(await writeBackup(heldOf(server), store, request, quiet), first)
  assert.equal(copies, 1)
})

test('data that still carries the mark is not stored', async () => {
  const skipped = await writeBackup(heldOf(small), store, { ...request, unlessMark: 'mark-1' }, quiet)
  assert.equal(skipped.skipped, true)
  assert.equal(skipped.mark, 'mark-1')
  assert.deepEqual(await readdir(root), [])
  const stored = await writeBackup(heldOf(small), store, { ...request, unlessMark: 'mark-0' }, quiet)
  assert.equal(stored.skipped, false)
})

test('what a crash left of a backup is made anew', async () => {
  await mkdir(join(root, 'i1', 'b1'), { recursive: true })
  await writeFile(join(root, 'i1', 'b1', '.data.tar.zst.0123'), 'half')
  await writeFile(join(root, 'i1', 'b1', 'data.tar.zst'), 'whole, but its manifest was not written')
  await assert.rejects(readBackup(store, 'i1/b1', expected, signal), { code: 'backup-missing' })
  assert.deepEqual(await listBackups(store, undefined, signal), [])
  await writeBackup(heldOf(small), store, request, quiet)
  assert.deepEqual(await readdir(join(root, 'i1', 'b1')), ['data.tar.zst', 'manifest.json'])
})

test('a backup that is aborted leaves nothing and tells the reason', async () => {
  const abort = new AbortController()
  const slow: BackupStore = {
    ...store,
    put(key, data, at) {
      data.once('readable', () => abort.abort(new Error('enough')))
      return store.put(key, data, at)
    },
  }
  await assert.rejects(
    writeBackup(heldOf(server), slow, request, { ...quiet, signal: abort.signal }),
    /enough/,
  )
  assert.deepEqual(await readdir(root), [])
  await assert.rejects(
    writeBackup(heldOf(server), store, request, { ...quiet, signal: abort.signal }),
    /enough/,
  )
  assert.deepEqual(await readdir(root), [])
})

test('a disk that fills up fails the backup as disk-full and leaves nothing', async () => {
  for (const name of ['data.tar.zst', 'manifest.json']) {
    const full: BackupStore = {
      ...store,
      async put(key, data, at) {
        if (!key.endsWith(name)) return store.put(key, data, at)
        for await (const piece of data) if (piece.length > 0) break
        throw new AgentFault('disk-full', 'The disk is full.')
      },
    }
    await assert.rejects(writeBackup(heldOf(server), full, request, quiet), { code: 'disk-full' })
    assert.deepEqual(await readdir(root), [], name)
  }
})

test('a server that breaks off fails the backup with its own fault and leaves nothing', async () => {
  const breaking = {
    ...small,
    stream: async () => ({
      data: Readable.from(
        (async function* () {
          yield Buffer.alloc(2_000_000)
          throw new AgentFault('source-unavailable', 'The server went away.')
        })(),
      ),
      sizeBytes: 4_000_000,
    }),
  }
  await assert.rejects(writeBackup(heldOf(breaking), store, request, quiet), { code: 'source-unavailable' })
  assert.deepEqual(await readdir(root), [])
})

test('a damaged stored file is never accepted, and leaves nothing', async () => {
  await writeBackup(heldOf(server), store, request, quiet)
  const file = join(root, 'i1', 'b1', 'data.tar.zst')
  const whole = await readFile(file)
  const damage: Record<string, () => Promise<void>> = {
    'cut short': () => truncate(file, whole.length - 1),
    'cut in half': () => truncate(file, whole.length >> 1),
    empty: () => truncate(file, 0),
    longer: () => writeFile(file, Buffer.concat([whole, Buffer.from('x')])),
    'twice itself': () => writeFile(file, Buffer.concat([whole, whole])),
  }
  for (const at of [0, 5, 1000, whole.length >> 1, whole.length - 2]) {
    damage[`a flipped bit at ${at}`] = async () => {
      const copy = Buffer.from(whole)
      copy[at] = (copy[at] ?? 0) ^ 1
      await writeFile(file, copy)
    }
  }
  for (const [what, apply] of Object.entries(damage)) {
    await apply()
    await assert.rejects(restore('damaged'), { code: 'backup-corrupt' }, what)
    const left = (await readdir(scratch.path)).filter((name) => name.startsWith('damaged'))
    assert.deepEqual(left, [], what)
    await writeFile(file, whole)
  }
  await restore('whole-again')
})

test('a stored file that is gone is missing; a foreign or newer one does not fit', async () => {
  await writeBackup(heldOf(small), store, request, quiet)
  const other = { engine: 'postgres', version: '17' }
  await assert.rejects(readBackup(store, 'i1/b1', other, signal), { code: 'backup-incompatible' })
  const documents = { engine: 'documents', version: '18' }
  await assert.rejects(readBackup(store, 'i1/b1', documents, signal), { code: 'backup-incompatible' })

  const file = join(root, 'i1', 'b1', 'manifest.json')
  const manifest = await readFile(file, 'utf8')
  await writeFile(file, manifest.replace('"format": 1', '"format": 2'))
  await assert.rejects(readBackup(store, 'i1/b1', expected, signal), { code: 'backup-incompatible' })
  for (const broken of ['', '{', '{}', manifest.replace(/"sha256": "\w+"/, '"sha256": "no"')]) {
    await writeFile(file, broken)
    await assert.rejects(readBackup(store, 'i1/b1', expected, signal), { code: 'backup-corrupt' }, broken)
  }
  await writeFile(file, manifest)
  await rm(join(root, 'i1', 'b1', 'data.tar.zst'))
  await assert.rejects(readBackup(store, 'i1/b1', expected, signal), { code: 'backup-missing' })
  await assert.rejects(readBackup(store, 'i1/b9', expected, signal), { code: 'backup-missing' })
})

test('a reader may be dropped before it is read', async () => {
  await writeBackup(heldOf(small), store, request, quiet)
  const { data } = await readBackup(store, 'i1/b1', expected, signal)
  data.destroy()
  const abort = new AbortController()
  const second = await readBackup(store, 'i1/b1', expected, abort.signal)
  const reading = buffer(second.data)
  abort.abort(new Error('enough'))
  await assert.rejects(reading, /enough/)
})

test('backups are listed by instance and removed whole or half', async () => {
  await writeBackup(heldOf(small), store, request, quiet)
  await writeBackup(heldOf(small), store, { ...request, backupId: 'b2' }, quiet)
  await writeBackup(heldOf(small), store, { ...request, instanceId: 'i2' }, quiet)
  await rm(join(root, 'i1', 'b2', 'manifest.json'))
  const keysOf = async (instanceId?: string) =>
    (await listBackups(store, instanceId, signal)).map((backup) => backup.key)
  assert.deepEqual(await keysOf(), ['i1/b1', 'i2/b1'])
  assert.deepEqual(await keysOf('i1'), ['i1/b1'])
  await removeBackup(store, 'i1/b2')
  await removeBackup(store, 'i1/b1')
  await removeBackup(store, 'i1/b1')
  assert.deepEqual(await readdir(root), ['i2'])
})

test('an id that is no key is refused before anything is touched', async () => {
  for (const backupId of ['..', '../../b', '', '.b1', 'a/../../b']) {
    await assert.rejects(writeBackup(heldOf(small), store, { ...request, backupId }, quiet), /not a key/)
  }
  assert.deepEqual(await readdir(root), [])
})
