import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createZstdDecompress } from 'node:zlib'

export interface Needle {
  /** What it is, for the message of a failing test: what it says is in `text` only. */
  readonly name: string
  readonly text: string
}

/** What is shorter would be found where it is not meant. */
const SHORTEST = 8

interface Search {
  readonly needles: ReadonlyMap<number, readonly Needle[]>
  /** By the upper half of a key, whether there is any: most bytes end here, and a `Map` would be ten times slower. */
  readonly hints: Uint8Array
  readonly longest: number
}

/** The needles by the number that their last four bytes are, so that a file is read once for all of them. */
function prepare(needles: readonly Needle[]): Search {
  const byKey = new Map<number, Needle[]>()
  const hints = new Uint8Array(0x10000)
  for (const needle of needles) {
    const bytes = Buffer.from(needle.text)
    if (bytes.length < SHORTEST) throw new Error(`${needle.name} is too short to be looked for`)
    const key = bytes.readUInt32LE(bytes.length - 4)
    hints[key >>> 16] = 1
    byKey.set(key, [...(byKey.get(key) ?? []), needle])
  }
  return { needles: byKey, hints, longest: Math.max(...needles.map(({ text }) => Buffer.byteLength(text))) }
}

function* foundIn(bytes: Buffer, { needles, hints }: Search): Generator<string> {
  let key = 0
  for (let end = 0; end < bytes.length; end++) {
    key = ((key >>> 8) | ((bytes[end] ?? 0) << 24)) >>> 0
    if (hints[key >>> 16] === 0) continue
    for (const { name, text } of needles.get(key) ?? []) {
      const start = end + 1 - Buffer.byteLength(text)
      if (start >= 0 && bytes.subarray(start, end + 1).equals(Buffer.from(text))) yield name
    }
  }
}

const CHUNK = 1 << 20

const isZstd = (start: Buffer) => start.length >= 4 && start.readUInt32LE(0) === 0xfd2fb528

async function search(chunks: AsyncIterable<Buffer>, given: Search, found: Set<string>): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk])
    for (const name of foundIn(bytes, given)) found.add(name)
    rest = bytes.subarray(Math.max(0, bytes.length - given.longest))
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  for await (const chunk of createReadStream(path, { end: 3 })) return chunk as Buffer
  return Buffer.alloc(0)
}

/** Where in a directory the needles are, `file: name`; what is compressed with zstd is looked into. */
export async function findInFiles(
  directory: string,
  needles: readonly Needle[],
  isLeftOut: (file: string) => boolean,
): Promise<{ readonly found: readonly string[]; readonly files: number; readonly bytes: number }> {
  const given = prepare(needles)
  const found: string[] = []
  const counts = { files: 0, bytes: 0 }
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const file = relative(directory, path)
    if (!entry.isFile() || isLeftOut(file)) continue
    const names = new Set<string>()
    await search(createReadStream(path, { highWaterMark: CHUNK }), given, names)
    if (isZstd(await firstBytes(path))) {
      await search(createReadStream(path).pipe(createZstdDecompress()), given, names)
    }
    counts.bytes += (await stat(path)).size
    counts.files += 1
    found.push(...Array.from(names, (name) => `${file}: ${name}`))
  }
  return { found, ...counts }
}
