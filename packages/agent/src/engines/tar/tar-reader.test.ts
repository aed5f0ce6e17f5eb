import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import fc from 'fast-check'
import { extract, pack } from 'tar-stream'
import { decodeHeader, encodeFileHeader, MalformedTar, paddingOf, trailerSize } from './tar-header.ts'
import { createTarReader } from './tar-reader.ts'

interface Entry {
  readonly name: string
  readonly content: Buffer | null
}

function readAll(archive: Buffer, cuts: readonly number[]): Entry[] {
  const reader = createTarReader()
  const entries: Entry[] = []
  const edges = [
    0,
    ...[...cuts].map((cut) => cut % (archive.length + 1)).sort((a, b) => a - b),
    archive.length,
  ]
  let name = ''
  let content: Buffer[] | null = null
  for (const [index, start] of edges.entries()) {
    for (const part of reader.read(archive.subarray(start, edges[index + 1] ?? archive.length))) {
      if (part.kind === 'entry') {
        name = part.header.name
        content = part.header.type === 'file' ? [] : null
      } else if (part.kind === 'content') content?.push(Buffer.from(part.piece))
      else entries.push({ name, content: content && Buffer.concat(content) })
    }
  }
  reader.finish()
  return entries
}

async function packWithTarStream(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack()
  for (const { name, content } of entries) {
    if (content) archive.entry({ name, size: content.length }, content)
    else archive.entry({ name, type: 'directory' })
  }
  archive.finalize()
  return buffer(archive)
}

async function readWithTarStream(archive: Buffer): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of Readable.from([archive]).pipe(extract())) {
    entries.push({ name: entry.header.name, content: await buffer(entry) })
  }
  return entries
}

function packWithOwn(entries: readonly Entry[]): Buffer {
  const pieces: Buffer[] = []
  for (const { name, content } of entries) {
    if (!content) continue
    pieces.push(encodeFileHeader(name, content.length), content, Buffer.alloc(paddingOf(content.length)))
  }
  return Buffer.concat([...pieces, Buffer.alloc(trailerSize)])
}

const name = fc
  .array(fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,15}$/), { minLength: 1, maxLength: 4 })
  .map((steps) => steps.join('/'))
const content = fc
  .oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.uint8Array({ minLength: 500, maxLength: 530 }),
    fc.uint8Array({ maxLength: 3000 }),
  )
  .map((bytes) => Buffer.from(bytes))
const entry = fc.record({ name, content: fc.option(content) }, { noNullPrototype: true })
const entries = fc.array(entry, { maxLength: 8 })
const cuts = fc.array(fc.nat(20_000), { maxLength: 40 })

test('a tar of another writer comes apart the same however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(entries, cuts, async (given, edges) => {
      assert.deepEqual(readAll(await packWithTarStream(given), edges), given)
    }),
  )
})

test('our own headers are read by tar-stream and by us', async () => {
  await fc.assert(
    fc.asyncProperty(entries, cuts, async (given, edges) => {
      const files = given.filter((one) => one.content)
      assert.deepEqual(readAll(packWithOwn(given), edges), files)
      assert.deepEqual(await readWithTarStream(packWithOwn(given)), files)
    }),
  )
})

test('a tar cut off anywhere is not whole', () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), fc.nat(), (given, at) => {
      const whole = packWithOwn(given)
      assert.throws(() => readAll(whole.subarray(0, at % whole.length), []), MalformedTar)
    }),
  )
})

test('one flipped bit outside of content never passes', () => {
  fc.assert(
    fc.property(name, content, fc.nat(), fc.nat(7), (path, bytes, where, bit) => {
      const whole = packWithOwn([{ name: path, content: bytes }])
      const outside = whole.length - bytes.length
      const at = where % outside
      const position = at < 512 ? at : at + bytes.length
      whole[position] = (whole[position] ?? 0) ^ (1 << bit)
      assert.throws(() => readAll(whole, []), MalformedTar)
    }),
  )
})

test('one flipped bit of a checksum never passes, even where the number stays the same', () => {
  for (let at = 148; at < 156; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const whole = packWithOwn([{ name: 'a', content: Buffer.from('x') }])
      whole[at] = (whole[at] ?? 0) ^ (1 << bit)
      assert.throws(() => readAll(whole, []), MalformedTar, `byte ${at}, bit ${bit}`)
    }
  }
})

test('names that leave the directory, links and bytes after the end are refused', async () => {
  for (const bad of ['../a', 'a/../b', '/etc/passwd', 'a//b', './a', 'a/.', '..', 'a\\b']) {
    assert.throws(
      () => readAll(packWithOwn([{ name: bad, content: Buffer.from('x') }]), []),
      MalformedTar,
      bad,
    )
  }
  for (const type of ['symlink', 'link', 'fifo', 'character-device'] as const) {
    const archive = pack()
    archive.entry({ name: 'a', type, linkname: '/etc/passwd' })
    archive.finalize()
    const bytes = await buffer(archive)
    assert.throws(() => readAll(bytes, []), MalformedTar, type)
  }
  const archive = packWithOwn([{ name: 'a', content: Buffer.from('x') }])
  assert.throws(() => readAll(Buffer.concat([archive, Buffer.alloc(512)]), []), MalformedTar)
  assert.throws(() => readAll(Buffer.concat([archive, archive]), []), MalformedTar)
})

test('sizes from 8 GB on are written as GNU tar reads them, and read back', async () => {
  const large = fc.integer({ min: 8 ** 11 - 2, max: Number.MAX_SAFE_INTEGER })
  await fc.assert(
    fc.asyncProperty(large, async (size) => {
      const header = encodeFileHeader('large', size)
      assert.deepEqual(decodeHeader(header), { name: 'large', type: 'file', size })
      const { promise: seen, resolve } = Promise.withResolvers<number | undefined>()
      const reader = extract()
      reader.on('entry', (entry) => resolve(entry.size))
      reader.on('error', () => {})
      reader.write(header)
      assert.equal(await seen, size)
      reader.destroy()
    }),
    { numRuns: 50 },
  )
  assert.throws(() => encodeFileHeader('x', 2 ** 53), MalformedTar)
})
