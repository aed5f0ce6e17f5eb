import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { makeScratch } from '../../test/backup-fixture.ts'
import { readBackup } from './read-backup.ts'
import { createDirectoryStore } from './targets/directory.ts'
import { type HeldServer, writeBackup } from './write-backup.ts'

const signal = new AbortController().signal
const quiet = { signal, progress: () => {} }
const key = randomBytes(32).toString('base64')
const expected = { engine: 'fake', version: '1' }
const content = Buffer.concat([Buffer.alloc(2_000_000, 'a secret of the tenant '), randomBytes(700_000)])

async function setUp(t: TestContext) {
  const scratch = await makeScratch()
  t.after(scratch.remove)
  const store = createDirectoryStore(scratch.path, { create: false })
  const chains: (string | undefined)[] = []
  const hold = async (): Promise<HeldServer> => ({
    version: '1',
    server: {
      mark: async () => 'mark',
      stream: async () => ({
        data: Readable.from([content]),
        sizeBytes: content.length,
        kind: 'full',
        log: Promise.resolve({
          start: 0x1_0000_0028n,
          end: 0x1_0000_1000n,
          manifest: Buffer.from('of the engine'),
        }),
      }),
    },
    chain: () => chains.shift(),
    release() {},
  })
  const request = { instanceId: 'i1', backupId: 'b1', engine: 'fake', encryptionKey: key }
  const directory = join(scratch.path, 'i1', 'b1')
  const read = async (encryptionKey?: string) => {
    const wish = encryptionKey === undefined ? expected : { ...expected, encryptionKey }
    return buffer((await readBackup(store, 'i1/b1', wish, signal)).data)
  }
  return { store, hold, request, directory, read, chains }
}

test('an encrypted backup is read with its key only, and holds nothing readable', async (t) => {
  const { store, hold, request, directory, read } = await setUp(t)
  const result = await writeBackup(hold, store, request, quiet)
  assert.deepEqual(await readdir(directory), ['data.tar.zst.sealed', 'manifest.json'])
  const stored = await readFile(join(directory, 'data.tar.zst.sealed'))
  assert.equal(stored.length, result.storedBytes)
  assert.equal(stored.toString('latin1', 0, 8), 'CROFTS1\n')
  assert.deepEqual(await read(key), content)
  await assert.rejects(read(), {
    code: 'backup-corrupt',
    message: /is encrypted, and the database’s key did not come/,
  })
  await assert.rejects(read(randomBytes(32).toString('base64')), { code: 'backup-corrupt' })

  const manifest = await readFile(join(directory, 'manifest.json'), 'utf8')
  assert.doesNotMatch(manifest, new RegExp(key.slice(0, 10).replaceAll(/[+/]/g, '.')))
  const file = join(directory, 'data.tar.zst.sealed')
  for (const at of [0, 20, 50, 262_144, stored.length - 1]) {
    const copy = Buffer.from(stored)
    copy[at] = (copy[at] ?? 0) ^ 1
    await writeFile(file, copy)
    await assert.rejects(read(key), { code: 'backup-corrupt' }, `${at}`)
  }
  for (const length of [0, 10, 41, 262_144 + 56, stored.length - 1]) {
    await writeFile(file, stored)
    await truncate(file, length)
    await assert.rejects(read(key), { code: 'backup-corrupt' }, `${length}`)
  }
})

test('the engine’s manifest of a large copy lies beside it, encrypted too', async (t) => {
  const { store, hold, request, directory } = await setUp(t)
  await writeBackup(hold, store, request, { ...quiet, trackFromBytes: 1 })
  assert.deepEqual(await readdir(directory), [
    'backup_manifest.zst.sealed',
    'data.tar.zst.sealed',
    'manifest.json',
  ])
})

test('a result names the archive that went on all the while, and where a restore through it begins', async (t) => {
  const { store, hold, request, chains } = await setUp(t)
  chains.push('chain-1', 'chain-1')
  const { chain, startLsn, consistentAt, kind, parentKey, completedAt } = await writeBackup(
    hold,
    store,
    request,
    quiet,
  )
  assert.deepEqual(
    { chain, startLsn, kind, parentKey },
    { chain: 'chain-1', startLsn: '1/28', kind: 'full', parentKey: undefined },
  )
  assert.ok(consistentAt !== undefined && consistentAt <= completedAt)
  chains.push('chain-1', 'chain-2')
  const broken = await writeBackup(hold, store, { ...request, backupId: 'b2' }, quiet)
  assert.equal(broken.chain, undefined)
})

test('a backup from before there was encryption reads as ever', async (t) => {
  const { store, directory, read } = await setUp(t)
  const stored = zstdCompressSync(content)
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'data.tar.zst'), stored)
  const manifest = {
    ...{ format: 1, instanceId: 'i1', backupId: 'b1', engine: 'fake', version: '1' },
    ...{ sizeBytes: content.length, storedBytes: stored.length },
    sha256: createHash('sha256').update(stored).digest('hex'),
    ...{ startedAt: '2025-01-01T00:00:00.000Z', completedAt: '2025-01-01T00:00:01.000Z', mark: 'm' },
  }
  await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest))
  assert.deepEqual(await read(), content)
  assert.deepEqual(await read(key), content)
  const opened = await readBackup(store, 'i1/b1', expected, signal)
  opened.data.destroy()
  assert.deepEqual([opened.increments.length, opened.sizeBytes], [0, content.length])
})
