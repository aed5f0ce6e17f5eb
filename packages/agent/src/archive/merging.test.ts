import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { createMemoryStore } from '../../test/memory-store.ts'
import { openBytes } from '../backups/sealing/open.ts'
import { trimArchive } from '../tasks/trim-archive.ts'
import { listPieces, supersededPieces, trailingSmall } from './list-pieces.ts'
import { areEnough, isSmall, mergePieces } from './merge-pieces.ts'
import { packPiece } from './pack-piece.ts'
import { logKey, type Piece, pieceName } from './piece-key.ts'
import { unpackPiece } from './unpack-piece.ts'

const key = randomBytes(32)
const prefix = logKey('i', 'e1-a')
const signal = new AbortController().signal
const piece = (start: number, end: number): Piece => ({
  start: BigInt(start),
  end: BigInt(end),
  coversUntil: end,
})

/** A store with pieces of a log whose bytes are random, and the log. */
async function stored(bounds: readonly number[], secret: Buffer | null) {
  const store = createMemoryStore()
  const log = randomBytes(bounds.at(-1) ?? 0)
  const pieces: Piece[] = []
  for (const [index, end] of bounds.entries()) {
    const start = bounds[index - 1] ?? 0
    pieces.push(piece(start, end))
    const packed = await packPiece([log.subarray(start, end)], secret)
    await store.put(`${prefix}/${pieceName(piece(start, end))}`, Readable.from([packed]), signal)
  }
  return { store, log, pieces }
}

test('merged pieces hold the same bytes, sealed or not, and take the place of the small ones', async () => {
  for (const secret of [key, null]) {
    const { store, log, pieces } = await stored([1, 500, 501, 40_000], secret)
    await mergePieces(pieces, { store, prefix, key: secret, signal })
    const [merged, ...others] = await listPieces(store, prefix)
    assert.ok(merged)
    assert.deepEqual({ merged, others }, { merged: piece(0, 40_000), others: [] })
    const content = store.objects.get(`${prefix}/${pieceName(merged)}`)
    assert.ok(content)
    const frames: Buffer[] = []
    for await (const frame of unpackPiece(merged, secret ? openBytes(secret, content) : content))
      frames.push(frame)
    assert.ok(Buffer.concat(frames).equals(log))
  }
})

test('a merge that fails leaves every piece', async () => {
  const { store, pieces } = await stored([10, 20, 30], key)
  store.objects.delete(`${prefix}/${pieceName(piece(10, 20))}`)
  await assert.rejects(mergePieces(pieces, { store, prefix, key, signal }), { code: 'backup-missing' })
  assert.deepEqual(await listPieces(store, prefix), [piece(0, 10), piece(20, 30)])
})

test('enough is many pieces, or many bytes in more than one', () => {
  const many = Array.from({ length: 64 }, (_, index) => piece(index, index + 1))
  const mib = 1024 * 1024
  assert.deepEqual(
    [many, many.slice(1), [piece(0, 9 * mib), piece(9 * mib, 16 * mib)], [piece(0, 20 * mib)], []].map(
      areEnough,
    ),
    [true, false, true, false, false],
  )
})

test('what a merge left behind is seen; only small pieces at the end that follow on one another go on', () => {
  const large = piece(0, 100)
  const rest = [piece(100, 110), piece(110, 120)]
  assert.deepEqual(supersededPieces([large, piece(0, 10), piece(90, 100), ...rest]), [
    piece(0, 10),
    piece(90, 100),
  ])
  const small = (one: Piece) => one.end - one.start < 50n
  assert.deepEqual(trailingSmall([large, ...rest], small, 63), rest)
  assert.deepEqual(trailingSmall([piece(0, 10), ...rest], small, 63), rest)
  assert.deepEqual(trailingSmall(rest, small, 1), rest.slice(1))
  assert.equal(isSmall(large), true)
})

test('trimming removes what lies wholly before a position, never the last piece; or all', async () => {
  const { store } = await stored([10, 20, 30], null)
  await store.put('i/archive/e1-a/chain.json', Readable.from([Buffer.from('{}')]), signal)
  const task = { id: 't', kind: 'trim-archive', instanceId: 'i', chain: 'e1-a' } as const
  const target = { type: 'directory', path: null } as const
  const trim = (beforeLsn: string | null) => trimArchive({ ...task, target, beforeLsn }, store, signal)
  await trim('0/13')
  assert.deepEqual(await listPieces(store, prefix), [piece(10, 20), piece(20, 30)])
  await trim('0/FF')
  assert.deepEqual(await listPieces(store, prefix), [piece(20, 30)])
  await trim(null)
  assert.equal(store.objects.size, 0)
})
