import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { createOpening, openBytes } from './open.ts'
import { createSealing, sealBytes } from './seal.ts'
import { chunkBytes, headerBytes, tagBytes } from './sealed-format.ts'

const key = Buffer.alloc(32, 7)
const pieces = (bytes: Buffer, size: number) => {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size))
  return parts
}
const through = async (bytes: Buffer, size: number, transform: ReturnType<typeof createSealing>) => {
  const [result] = await Promise.all([
    buffer(transform),
    pipeline(Readable.from(pieces(bytes, size), { objectMode: false }), transform),
  ])
  return result
}
const lengths = fc.oneof(
  fc.integer({ min: 0, max: 2000 }),
  fc.constantFrom(chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 3 * chunkBytes + 17),
)

test('what was sealed in any pieces opens in any pieces, as a stream and as bytes', async () => {
  await fc.assert(
    fc.asyncProperty(lengths, fc.integer({ min: 1000, max: 700_000 }), async (length, size) => {
      const plain = randomBytes(length)
      const sealed = await through(plain, size, createSealing(key))
      const chunks = Math.max(1, Math.ceil(length / chunkBytes))
      assert.equal(sealed.length, headerBytes + length + chunks * tagBytes)
      assert.deepEqual(await through(sealed, 700_001 - size, createOpening(key)), plain)
      assert.deepEqual(openBytes(key, sealed), plain)
      assert.deepEqual(await through(sealBytes(key, plain), size, createOpening(key)), plain)
    }),
    { numRuns: 40 },
  )
})

test('a changed bit, a cut, an exchange of chunks, and another key are all noticed', async () => {
  const plain = randomBytes(3 * chunkBytes)
  const sealed = sealBytes(key, plain)
  const corrupt = { code: 'backup-corrupt' }
  const refused = async (bytes: Buffer, with_ = key) => {
    assert.throws(() => openBytes(with_, bytes), corrupt)
    await assert.rejects(through(bytes, 100_000, createOpening(with_)), corrupt)
  }
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length * 8 - 1), async (bit) => {
      const changed = Buffer.from(sealed)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await refused(changed)
    }),
    { numRuns: 30 },
  )
  const sealedChunk = chunkBytes + tagBytes
  // At a chunk's end too: what is left is whole, but does not say that it is the last.
  for (const cut of [0, 10, headerBytes, headerBytes + sealedChunk, sealed.length - 1]) {
    await refused(sealed.subarray(0, cut))
  }
  const [first, second] = [0, 1].map((n) =>
    sealed.subarray(headerBytes + n * sealedChunk, headerBytes + (n + 1) * sealedChunk),
  )
  assert.ok(first && second)
  const rest = sealed.subarray(headerBytes + 2 * sealedChunk)
  await refused(Buffer.concat([sealed.subarray(0, headerBytes), second, first, rest]))
  await refused(Buffer.concat([sealed, Buffer.alloc(1)]))
  await refused(sealed, Buffer.alloc(32, 8))
})

test('two seals of the same bytes differ', () => {
  assert.notDeepEqual(sealBytes(key, Buffer.from('x')), sealBytes(key, Buffer.from('x')))
})
