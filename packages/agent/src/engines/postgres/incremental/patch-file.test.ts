import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { createLanes } from '../../../files/lanes.ts'
import { blockBytes, headerBytes, readBlockHeader } from './block-header.ts'
import { patchFile } from './patch-file.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'croft-patch-'))
})
after(() => rm(directory, { recursive: true, force: true }))

/** A file as numbers, one for each block; 0 is a block of zeros. */
type Blocks = readonly number[]
const bytesOf = (blocks: Blocks) => Buffer.concat(blocks.map((value) => Buffer.alloc(blockBytes, value)))

function encode(kept: number, changed: ReadonlyMap<number, number>): Buffer {
  const numbers = [...changed.keys()].sort((a, b) => a - b)
  const header = Buffer.alloc(12 + 4 * numbers.length)
  header.writeUInt32LE(0xd3ae1f0d, 0)
  header.writeUInt32LE(numbers.length, 4)
  header.writeUInt32LE(kept, 8)
  for (const [index, block] of numbers.entries()) header.writeUInt32LE(block, 12 + 4 * index)
  const over = header.length % blockBytes
  const padding = numbers.length > 0 && over > 0 ? blockBytes - over : 0
  return Buffer.concat([
    header,
    Buffer.alloc(padding),
    bytesOf(numbers.map((block) => changed.get(block) ?? 0)),
  ])
}

type Change =
  | { readonly do: 'write'; readonly at: number; readonly value: number }
  | { readonly do: 'truncate'; readonly to: number }
  | { readonly do: 'extend'; readonly by: number }

/** What a server does to a file between two copies, and what it would send for it. */
function change(before: Blocks, changes: readonly Change[]): { after: Blocks; sent: Buffer } {
  const after = [...before]
  const touched = new Set<number>()
  let limit = Number.POSITIVE_INFINITY
  for (const one of changes) {
    if (one.do === 'write' && after.length > 0) {
      after[one.at % after.length] = one.value
      touched.add(one.at % after.length)
    } else if (one.do === 'truncate' && one.to < after.length) {
      after.length = one.to
      limit = Math.min(limit, one.to)
    } else if (one.do === 'extend') {
      // Blocks of zeros that were never written are in no record of what changed.
      for (let n = 0; n < one.by; n++) after.push(0)
    }
  }
  const changed = new Map<number, number>()
  for (const block of touched) if (block < after.length) changed.set(block, after[block] ?? 0)
  // What lies beyond the earlier copy or the shortest length since comes from nowhere else.
  for (let block = Math.min(before.length, limit); block < after.length; block++) {
    if (after[block] !== 0) changed.set(block, after[block] ?? 0)
  }
  // The least that a file has to be is its length, or where it was cut off.
  return { after, sent: encode(Math.min(after.length, limit), changed) }
}

async function apply(path: string, sent: Buffer, step: number): Promise<string> {
  const lanes = createLanes(4)
  const file = await patchFile(path, sent.length, lanes)
  try {
    for (let at = 0; at < sent.length; at += step) await file.write(sent.subarray(at, at + step))
    const { sha256 } = await file.end()
    await lanes.finish()
    return sha256
  } catch (error) {
    await lanes.idle()
    await file.abandon()
    throw error
  }
}

const value = fc.integer({ min: 1, max: 255 })
const changes = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('write' as const), at: fc.nat(40), value }),
    fc.record({ do: fc.constant('truncate' as const), to: fc.nat(20) }),
    fc.record({ do: fc.constant('extend' as const), by: fc.integer({ min: 1, max: 6 }) }),
  ),
  { maxLength: 12 },
)

test('a file and the changes of each copy since make the newest file', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { maxLength: 24 }),
      fc.array(changes, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1000, max: 40_000 }),
      async (first, copies, step) => {
        const path = join(directory, 'file')
        await writeFile(path, bytesOf(first))
        let current: Blocks = first
        for (const one of copies) {
          const { after, sent } = change(current, one)
          const sha256 = await apply(path, sent, step)
          assert.equal(sha256, createHash('sha256').update(sent).digest('hex'))
          const trailing = await readFile(path)
          // A server extends a file by zeros before it writes there; the end may only come with its log.
          const whole = bytesOf(after)
          assert.deepEqual(
            Buffer.concat([trailing, Buffer.alloc(Math.max(0, whole.length - trailing.length))]),
            whole,
          )
          await writeFile(path, whole)
          current = after
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('an incremental file that is damaged, cut off or without its file is refused', async () => {
  const path = join(directory, 'other')
  const refused = { code: 'backup-corrupt' }
  const good = encode(
    2,
    new Map([
      [1, 7],
      [5, 9],
    ]),
  )
  await writeFile(path, bytesOf([1, 2, 3]))
  const wrong = (at: number, number: number) => {
    const copy = Buffer.from(good)
    copy.writeUInt32LE(number, at)
    return copy
  }
  for (const [what, sent] of Object.entries({
    magic: wrong(0, 1),
    'more blocks': wrong(4, 3),
    'far too many blocks': wrong(4, 0xffffffff),
    'out of order': wrong(12, 6),
    'a block too far': wrong(16, 0x7fffffff),
    'too short': good.subarray(0, good.length - 1),
    'too long': Buffer.concat([good, Buffer.alloc(1)]),
    empty: Buffer.alloc(0),
    'a header cut off': good.subarray(0, 8),
  })) {
    await assert.rejects(apply(path, sent, 5000), refused, what)
  }
  await assert.rejects(apply(join(directory, 'none'), good, 5000), refused)
  await writeFile(path, bytesOf([1, 2, 3]))
  await apply(path, good, 5000)
  assert.deepEqual(await readFile(path), bytesOf([1, 7, 0, 0, 0, 9]))
})

test('headers have the size that PostgreSQL gives them', () => {
  assert.equal(headerBytes(encode(3, new Map())), 12)
  assert.equal(headerBytes(encode(3, new Map([[0, 1]]))), blockBytes)
  assert.equal(headerBytes(encode(0, new Map(Array.from({ length: 2045 }, (_, n) => [n, 1])))), blockBytes)
  assert.equal(
    headerBytes(encode(0, new Map(Array.from({ length: 2046 }, (_, n) => [n, 1])))),
    2 * blockBytes,
  )
  const header = readBlockHeader(encode(3, new Map()), 12)
  assert.deepEqual(header, { bytes: 12, blocks: [], keptBlocks: 3, length: 3 })
})
