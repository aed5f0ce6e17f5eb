import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { putPiece } from '../../test/archive-fixture.ts'
import { createDirectoryStore } from '../backups/targets/directory.ts'
import type { BackupStore } from '../backups/targets/target.ts'
import { logKey, type Piece, pieceName } from './piece-key.ts'
import { readArchive } from './read-archive.ts'

const signal = new AbortController().signal
const until = { type: 'latest' } as const
const log = randomBytes(3_000_000)
let root: string
let store: BackupStore

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'croft-archive-'))
  store = createDirectoryStore(root, { create: true })
})
after(() => rm(root, { recursive: true }))

const put = async (chain: string, from: number, to: number, key: Buffer | null = null) => {
  const piece: Piece = { start: BigInt(from), end: BigInt(to), coversUntil: to }
  await putPiece(store, 'i1', chain, piece, log.subarray(from, to), key)
  return piece
}
const nameOf = (chain: string, piece: Piece) => `${logKey('i1', chain)}/${pieceName(piece)}`

async function read(chain: string, from: number, options: { key?: Buffer; store?: BackupStore } = {}) {
  const archive = await readArchive({
    ...{ store: options.store ?? store, instanceId: 'i1', chain, key: options.key ?? null },
    ...{ from: BigInt(from), until, signal },
  })
  const parts: Buffer[] = []
  let at = BigInt(from)
  for await (const { start, data } of archive.pieces) {
    assert.equal(start, at)
    at += BigInt(data.length)
    parts.push(data)
  }
  const bytes = Buffer.concat(parts)
  assert.equal(bytes.length, archive.sizeBytes)
  return bytes
}

test('pieces of many frames, overlapping ones too, come out as the log they were cut from', async () => {
  for (const key of [null, randomBytes(32)]) {
    const chain = key ? 'sealed' : 'plain'
    await put(chain, 0, 250_000, key)
    await put(chain, 250_000, 250_001, key)
    await put(chain, 100_000, 1_400_000, key)
    await put(chain, 1_400_000, 1_500_000, key)
    await put(chain, 1_390_000, 3_000_000, key)
    for (const from of [0, 1, 99_999, 250_000, 1_399_999, 2_999_999]) {
      assert.ok(
        (await read(chain, from, key ? { key } : {})).equals(log.subarray(from)),
        `${chain} from ${from}`,
      )
    }
  }
})

test('pieces that are merged away while they are read are read as merged', async () => {
  const small: Piece[] = []
  for (let at = 0; at < 2_000_000; at += 200_000) small.push(await put('merging', at, at + 200_000))
  let gets = 0
  const merging: BackupStore = {
    ...store,
    async get(key, abort) {
      if (++gets === 5) {
        await put('merging', 0, 2_000_000)
        for (const piece of small) await store.remove(nameOf('merging', piece))
      }
      return store.get(key, abort)
    },
  }
  assert.ok((await read('merging', 0, { store: merging })).equals(log.subarray(0, 2_000_000)))
})

test('a damaged piece is never taken for a whole one', async () => {
  const piece = await put('damaged', 0, 500_000)
  const path = join(root, nameOf('damaged', piece))
  const whole = await readFile(path)
  const flipped = Buffer.from(whole)
  flipped[300_000] = (flipped[300_000] ?? 0) ^ 1
  const damage: Record<string, Buffer> = {
    'a flipped bit': flipped,
    'a cut in a frame': whole.subarray(0, whole.length - 10),
    'a frame too few': whole.subarray(0, whole.lastIndexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))),
    'a frame too many': Buffer.concat([whole, whole]),
    'more behind it': Buffer.concat([whole, Buffer.from('more')]),
    nothing: Buffer.alloc(0),
  }
  for (const [what, bytes] of Object.entries(damage)) {
    await writeFile(path, bytes)
    await assert.rejects(read('damaged', 0), { code: 'backup-corrupt' }, what)
  }
  const key = randomBytes(32)
  await put('locked', 0, 1000, key)
  await assert.rejects(read('locked', 0), { code: 'backup-corrupt' })
  await assert.rejects(read('locked', 0, { key: randomBytes(32) }), { code: 'backup-corrupt' })
})
