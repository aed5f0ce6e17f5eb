import { corruptCopy } from '../../corrupt-copy.ts'

/**
 * What an incremental file begins with (PostgreSQL's `basebackup_incremental.h`): the magic number, how many blocks
 * follow, how long the file was at least since the earlier copy, and each block's number; zeros fill it up to a
 * block's size when any follow. Numbers are in the server's byte order, which is little-endian wherever we run.
 */
export interface BlockHeader {
  /** Bytes of the header, with what fills it up. */
  readonly bytes: number
  readonly blocks: readonly number[]
  /** In blocks: what the earlier copy has beyond is gone. */
  readonly keptBlocks: number
  /** In blocks: how long the file is. */
  readonly length: number
}

export const blockBytes = 8192
const magic = 0xd3ae1f0d
const fixedBytes = 12
/** Relations are cut into files of 1 GB. */
const longestFile = (1024 * 1024 * 1024) / blockBytes

/** How many bytes of an incremental file have to be there to read its header. Throws `backup-corrupt`. */
export function headerBytes(start: Buffer): number {
  if (start.length < fixedBytes) return fixedBytes
  if (start.readUInt32LE(0) !== magic) throw corruptCopy('an incremental file does not begin as one')
  const count = start.readUInt32LE(4)
  if (count > longestFile) throw corruptCopy('an incremental file has too many blocks')
  const bytes = fixedBytes + 4 * count
  return count === 0 ? bytes : Math.ceil(bytes / blockBytes) * blockBytes
}

/** Reads a header that is there in whole. `size` is that of the incremental file. Throws `backup-corrupt`. */
export function readBlockHeader(start: Buffer, size: number): BlockHeader {
  const bytes = headerBytes(start)
  const count = start.readUInt32LE(4)
  if (size !== bytes + count * blockBytes) throw corruptCopy('an incremental file has a wrong size')
  // 18.1 and before give more than a file's length for one of several of a relation that became shorter.
  const keptBlocks = Math.min(start.readUInt32LE(8), longestFile)
  const blocks: number[] = []
  let length = keptBlocks
  for (let index = 0; index < count; index++) {
    const block = start.readUInt32LE(fixedBytes + 4 * index)
    const before = blocks.at(-1)
    if (block >= longestFile || (before !== undefined && before >= block)) {
      throw corruptCopy('an incremental file has blocks out of order')
    }
    blocks.push(block)
    length = Math.max(length, block + 1)
  }
  return { bytes, blocks, keptBlocks, length }
}
