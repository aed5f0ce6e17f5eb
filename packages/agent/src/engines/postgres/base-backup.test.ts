import assert from 'node:assert/strict'
import { once } from 'node:events'
import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import {
  initialize,
  makeScratch,
  owner,
  type PostgresProcess,
  startPostgres,
} from '../../../test/backup-fixture.ts'
import { encodeFileHeader, paddingOf, trailerSize } from '../tar/tar-header.ts'
import { createTarReader } from '../tar/tar-reader.ts'
import { streamBaseBackup } from './base-backup.ts'
import { restoreData } from './restore-data.ts'

const signal = new AbortController().signal
let scratch: Awaited<ReturnType<typeof makeScratch>>
let source: PostgresProcess
let archive: Buffer

before(async () => {
  scratch = await makeScratch()
  await initialize(join(scratch.path, 'data'))
  source = await startPostgres(join(scratch.path, 'data'))
  const client = await source.connect()
  await client.query(
    'create table big as select g as id, md5(g::text) as text from generate_series(1, 100000) g',
  )
  await client.query('create table log (id int primary key)')
  await client.end()
  archive = await buffer((await streamBaseBackup(source.socketPath, 'postgres', signal)).data)
})
after(async () => {
  await source?.stop()
  await scratch?.remove()
})

/** Restores into a directory named `name` and says what is beside it afterwards. */
async function restore(name: string, data: Readable, abort = signal): Promise<string> {
  const target = join(scratch.path, name)
  await restoreData(data, target, owner, abort)
  return target
}

async function assertNothingLeft(name: string): Promise<void> {
  const left = (await readdir(scratch.path)).filter((entry) => entry.startsWith(name))
  assert.deepEqual(left, [])
}

test('a copy taken under write load starts with every row that was acknowledged before it', async () => {
  const writer = await source.connect()
  const reader = await source.connect()
  let acknowledged = 0
  let writing = true
  const load = (async () => {
    while (writing) {
      await writer.query('insert into log values ($1)', [acknowledged + 1])
      acknowledged += 1
      if (acknowledged % 50 === 0) await writer.query('update big set text = md5(text) where id % 500 = 0')
    }
  })()
  while (acknowledged < 100) await new Promise((resolve) => setTimeout(resolve, 5))
  const before = acknowledged
  const { data, sizeBytes } = await streamBaseBackup(source.socketPath, 'postgres', signal)
  assert.ok(sizeBytes > 10_000_000)
  const target = await restore('loaded', data)
  writing = false
  await load
  assert.ok(acknowledged > before, 'the load went on during the copy')

  const copy = await startPostgres(target)
  try {
    const client = await copy.connect()
    // Every page of every table and index is read with its checksum.
    assert.deepEqual((await client.query('show data_checksums')).rows, [{ data_checksums: 'on' }])
    assert.deepEqual((await client.query('select count(*)::int as n from big')).rows, [{ n: 100_000 }])
    const { rows } = await client.query('select count(*)::int as n, max(id) as last from log')
    assert.equal(rows[0].n, rows[0].last, 'no gap')
    assert.ok(rows[0].n >= before && rows[0].n <= acknowledged)
    await client.query('insert into log values (1000000)')
    await client.end()
    const original = await reader.query('select count(*)::int as n from log where id = 1000000')
    assert.deepEqual(original.rows, [{ n: 0 }])
  } finally {
    await copy.stop()
    await writer.end()
    await reader.end()
  }
})

test('what is restored is private to its owner and carries nothing of the old server', async () => {
  const target = await restore('private', Readable.from([archive]))
  for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
    const found = await stat(join(entry.parentPath, entry.name))
    assert.equal(found.mode & 0o777, entry.isDirectory() ? 0o700 : 0o600, entry.name)
    if (owner) assert.deepEqual({ uid: found.uid, gid: found.gid }, owner, entry.name)
  }
  const root = await readdir(target)
  assert.ok(root.includes('backup_label'))
  for (const gone of ['postmaster.pid', 'postmaster.opts', 'backup_manifest'])
    assert.ok(!root.includes(gone), gone)
  assert.deepEqual(await readdir(join(target, 'pg_replslot')), [])
  await assertNothingLeft('private.partial')
})

interface Entry {
  readonly name: string
  readonly size: number
  /** Where the content begins. */
  readonly at: number
}

/** The entries of `archive` by reading it a block at a time. */
function entriesOf(bytes: Buffer): Entry[] {
  const entries: Entry[] = []
  const reader = createTarReader()
  for (let at = 0; at < bytes.length; at += 512) {
    for (const part of reader.read(bytes.subarray(at, at + 512))) {
      if (part.kind === 'entry')
        entries.push({ name: part.header.name, size: part.header.size, at: at + 512 })
    }
  }
  return entries
}

function entryNamed(pattern: RegExp): Entry {
  const entry = entriesOf(archive).find((one) => pattern.test(one.name) && one.size > 0)
  assert.ok(entry)
  return entry
}

function without(entry: Entry): Buffer {
  const end = entry.at + entry.size + paddingOf(entry.size)
  return Buffer.concat([archive.subarray(0, entry.at - 512), archive.subarray(end)])
}

function withFile(name: string): Buffer {
  const manifest = entryNamed(/^backup_manifest$/)
  const content = Buffer.alloc(512, 'x')
  const at = manifest.at - 512
  return Buffer.concat([archive.subarray(0, at), encodeFileHeader(name, 512), content, archive.subarray(at)])
}

function flipped(at: number): Buffer {
  const copy = Buffer.from(archive)
  copy[at] = (copy[at] ?? 0) ^ 4
  return copy
}

test('a damaged copy is refused and leaves nothing', async () => {
  const heap = entryNamed(/^base\/\d+\/\d+$/)
  const wal = entryNamed(/^pg_wal\/[0-9A-F]{24}$/)
  const manifest = entryNamed(/^backup_manifest$/)
  const damaged: Record<string, Buffer> = {
    'a flipped bit in a table': flipped(heap.at + 100),
    'a flipped bit in a header': flipped(heap.at - 500),
    'a flipped bit in the manifest': flipped(manifest.at + Math.floor(manifest.size / 2)),
    'a missing table': without(heap),
    'missing WAL': without(wal),
    'a missing manifest': without(manifest),
    'a file too many': withFile('base/1/intruder'),
    'a file too many in pg_wal': withFile('pg_wal/intruder'),
    'a file without its directory': withFile('nowhere/intruder'),
    'a file outside': withFile('../intruder'),
    'a file twice': withFile('global/pg_control'),
    'a cut in a file': archive.subarray(0, heap.at + 100),
    'a cut between files': archive.subarray(0, heap.at - 512),
    'a cut before the end': archive.subarray(0, archive.length - trailerSize),
    nothing: Buffer.alloc(0),
  }
  for (const [what, bytes] of Object.entries(damaged)) {
    await assert.rejects(restore('damaged', Readable.from([bytes])), { code: 'backup-corrupt' }, what)
    await assertNothingLeft('damaged')
  }
  await assertNothingLeft('intruder')
})

test('a stream that breaks, or is aborted, leaves nothing and tells its own error', async () => {
  const broken = Readable.from(
    (async function* () {
      yield archive.subarray(0, archive.length / 2)
      throw new Error('the store broke')
    })(),
  )
  await assert.rejects(restore('broken', broken), /the store broke/)
  await assertNothingLeft('broken')

  const abort = new AbortController()
  const { data } = await streamBaseBackup(source.socketPath, 'postgres', signal)
  data.once('data', () => abort.abort(new Error('enough')))
  data.pause()
  await assert.rejects(restore('broken', data, abort.signal), /enough/)
  assert.ok(data.destroyed)
  await assertNothingLeft('broken')
})

test('what a crash left of an earlier try is made anew', async () => {
  const half = await makeScratch()
  try {
    const target = join(half.path, 'data')
    await writeFile(`${target}.partial`, 'half')
    await restoreData(Readable.from([archive]), target, owner, signal)
    assert.deepEqual(await readdir(half.path), ['data'])
    await assert.rejects(restoreData(Readable.from([archive]), target, owner, signal), { code: 'ENOTEMPTY' })
    assert.deepEqual(await readdir(half.path), ['data'])
  } finally {
    await half.remove()
  }
})

test('an abort ends the copy on the server too', async () => {
  const abort = new AbortController()
  const { data } = await streamBaseBackup(source.socketPath, 'postgres', abort.signal)
  const reading = buffer(data)
  abort.abort(new Error('enough'))
  await assert.rejects(reading, /enough/)
  await assert.rejects(streamBaseBackup(source.socketPath, 'postgres', abort.signal), /enough/)
  const client = await source.connect()
  const senders = async () =>
    (await client.query("select 1 from pg_stat_activity where backend_type = 'walsender'")).rowCount
  for (let tries = 0; (await senders()) !== 0; tries++) {
    assert.ok(tries < 200, 'a walsender stayed')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await client.end()
})

test('a reader that stops makes the server wait, not memory grow', async () => {
  const { data } = await streamBaseBackup(source.socketPath, 'postgres', signal)
  await once(data, 'readable')
  await new Promise((resolve) => setTimeout(resolve, 300))
  // One read of the socket may come on top of the limit.
  assert.ok(data.readableLength < data.readableHighWaterMark + 512 * 1024, `${data.readableLength} bytes`)
  assert.equal((await buffer(data)).length > 10_000_000, true)
})

test('a page with a wrong checksum on the server fails the copy, at its end', async () => {
  const ill = await makeScratch()
  try {
    const directory = join(ill.path, 'data')
    await restoreData(Readable.from([archive]), directory, owner, signal)
    let server = await startPostgres(directory)
    const client = await server.connect()
    const { rows } = await client.query("select pg_relation_filepath('big') as path")
    await client.end()
    await server.stop()
    const file = await open(join(directory, rows[0].path), 'r+')
    await file.write(Buffer.from('rot'), 0, 3, 8192 * 10 + 4000)
    await file.close()
    server = await startPostgres(directory)
    try {
      const { data } = await streamBaseBackup(server.socketPath, 'postgres', signal)
      await assert.rejects(restore('ill', data), { code: 'source-unavailable', message: /checksum/ })
      await assertNothingLeft('ill')
    } finally {
      await server.stop()
    }
  } finally {
    await ill.remove()
  }
})

test('a server that is not there, does not trust us, or goes away is told as such', async () => {
  await assert.rejects(streamBaseBackup(join(scratch.path, 'none'), 'postgres', signal), {
    code: 'source-unavailable',
  })
  await assert.rejects(streamBaseBackup(source.socketPath, 'nobody_there', signal), {
    code: 'source-unavailable',
  })

  const path = join(scratch.path, 'rude')
  const sent = Buffer.concat([Buffer.from('R\0\0\0\x08\0\0\0\x0a'), Buffer.alloc(4)])
  const rude = createServer((socket) => void socket.end(sent)).listen(path)
  await once(rude, 'listening')
  await assert.rejects(streamBaseBackup(path, 'postgres', signal), { message: /password/ })
  rude.close()
})

test('a server that is stopped in the middle breaks the stream', async () => {
  const { data } = await streamBaseBackup(source.socketPath, 'postgres', signal)
  await once(data, 'readable')
  const client = await source.connect()
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'walsender'",
  )
  await client.end()
  await assert.rejects(buffer(data), { code: 'source-unavailable' })
})

test('the label and the WAL come along', async () => {
  const target = await restore('label', Readable.from([archive]))
  assert.match(await readFile(join(target, 'backup_label'), 'utf8'), /LABEL: croft/)
})
