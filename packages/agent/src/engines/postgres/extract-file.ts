import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { Lanes } from '../../files/lanes.ts'
import { writeAll } from '../../files/write-all.ts'
import type { FileSeal } from './backup-manifest.ts'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** One file of an archive on its way to the disk. */
export interface ExtractedFile {
  write(piece: Buffer): Promise<void>
  /** Syncs and closes in the background. What it returns is known at once. */
  end(): Promise<FileSeal>
  /** Closes a file that will not be ended; to be called when the lanes are idle. */
  abandon(): Promise<void>
}

const batchBytes = 1024 * 1024
/** Pieces are small when a stream was cut small; an I/O vector has an end too. */
const batchPieces = 512

/**
 * Makes a new file, mode 0600, and writes it in `lanes`, hashing as it goes. An fsync for each file costs little
 * when some run at once: 1,000 files of 16 kB took 90 ms with, and 28 ms without.
 */
export function extractFile(path: string, owner: Owner | null, lanes: Lanes): ExtractedFile {
  const hash = createHash('sha256')
  let size = 0
  let written = 0
  let batch: Buffer[] = []
  let opened: Promise<FileHandle> | undefined
  const writes: Promise<void>[] = []

  // `wx`: never through a link, never over a file that is there.
  const handle = () => {
    opened ??= open(path, 'wx', 0o600)
    return opened
  }
  const takeBatch = () => {
    const pieces = batch
    const position = written
    batch = []
    written = size
    return async () => {
      if (pieces.length > 0) await writeAll(await handle(), pieces, position)
    }
  }

  return {
    async write(piece) {
      hash.update(piece)
      batch.push(piece)
      size += piece.length
      if (size - written < batchBytes && batch.length < batchPieces) return
      const work = takeBatch()
      await lanes.run(() => {
        const write = work()
        writes.push(write)
        return write
      })
    },
    async end() {
      const work = takeBatch()
      await lanes.run(async () => {
        const file = await handle()
        try {
          await Promise.all([...writes, work()])
          if (owner) await file.chown(owner.uid, owner.gid)
          await file.sync()
        } finally {
          await file.close()
        }
      })
      return { size, sha256: hash.digest('hex') }
    },
    async abandon() {
      const file = await opened?.catch(() => undefined)
      await file?.close()
    },
  }
}
