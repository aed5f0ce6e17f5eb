import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { Lanes } from '../../../files/lanes.ts'
import { writeAll } from '../../../files/write-all.ts'
import { corruptCopy } from '../../corrupt-copy.ts'
import type { ExtractedFile } from '../extract-file.ts'
import { type BlockHeader, blockBytes, headerBytes, readBlockHeader } from './block-header.ts'

/** Blocks that lie together are written together, up to so many. */
const batchBlocks = 128

/** Writes an incremental file of `size` bytes into the file of the earlier copy that it changes. */
export async function patchFile(path: string, size: number, lanes: Lanes): Promise<ExtractedFile> {
  const file = await open(path, 'r+').catch((cause: unknown) => {
    throw corruptCopy('it changes a file that the backup before it does not have', cause)
  })
  const hash = createHash('sha256')
  let received = 0
  let held: Buffer[] = []
  let heldBytes = 0
  let header: BlockHeader | undefined
  let next = 0

  const take = (bytes: number): Buffer => {
    const [only] = held
    const all = held.length === 1 && only ? only : Buffer.concat(held, heldBytes)
    held = bytes < all.length ? [all.subarray(bytes)] : []
    heldBytes -= bytes
    return all.subarray(0, bytes)
  }
  const begin = async () => {
    const start = Buffer.concat(held, heldBytes)
    held = [start]
    const needed = headerBytes(start)
    if (heldBytes < needed) return
    header = readBlockHeader(start, size)
    take(needed)
    await cutTo(file, header.keptBlocks * blockBytes)
  }
  /** Writes the run of blocks that is there; a run that may go on waits for more, unless it is long enough. */
  const writeRuns = async ({ blocks }: BlockHeader) => {
    while (heldBytes >= blockBytes) {
      const whole = Math.min(Math.floor(heldBytes / blockBytes), batchBlocks)
      const first = blocks[next]
      if (first === undefined) throw corruptCopy('an incremental file is too long')
      let count = 1
      while (count < whole && blocks[next + count] === first + count) count += 1
      await writeAll(file, [take(count * blockBytes)], first * blockBytes)
      next += count
    }
  }

  return {
    async write(piece) {
      hash.update(piece)
      received += piece.length
      held.push(piece)
      heldBytes += piece.length
      if (!header && heldBytes >= 12) await begin()
      if (header) await writeRuns(header)
    },
    async end() {
      if (!header || received !== size || next !== header.blocks.length) {
        throw corruptCopy('an incremental file is cut off')
      }
      const { length } = header
      await lanes.run(async () => {
        try {
          await file.truncate(length * blockBytes)
          await file.sync()
        } finally {
          await file.close()
        }
      })
      return { size, sha256: hash.digest('hex') }
    },
    async abandon() {
      await file.close().catch(() => {})
    },
  }
}

/** Blocks beyond are not those of the newer copy, even where it has blocks that lie farther. */
async function cutTo(file: FileHandle, bytes: number): Promise<void> {
  if ((await file.stat()).size > bytes) await file.truncate(bytes)
}
