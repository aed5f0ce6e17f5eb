import { createHash, randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { syncDirectory } from '../../files/sync-directory.ts'
import { writeAll } from '../../files/write-all.ts'
import { onDirectory } from './directory-fault.ts'

const batchBytes = 1024 * 1024

/**
 * Writes a stream to a file under a hidden name, syncs it, and only then gives it its name. Throws what `data`
 * throws as it is, and errors of the disk as faults; then no file is left.
 */
export async function putFile(path: string, data: Readable): Promise<{ bytes: number; sha256: string }> {
  const directory = dirname(path)
  const partial = join(directory, `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  const file = await onDirectory(open(partial, 'wx', 0o600))
  try {
    const sealed = { bytes: 0, sha256: '' }
    try {
      const hash = createHash('sha256')
      let batch: Buffer[] = []
      let batched = 0
      const flush = async () => {
        if (batch.length > 0) await onDirectory(writeAll(file, batch, sealed.bytes))
        sealed.bytes += batched
        batch = []
        batched = 0
      }
      for await (const piece of data) {
        hash.update(piece)
        batch.push(piece)
        batched += piece.length
        if (batched >= batchBytes) await flush()
      }
      await flush()
      sealed.sha256 = hash.digest('hex')
      await onDirectory(file.sync())
    } finally {
      await file.close()
    }
    await onDirectory(rename(partial, path))
    await onDirectory(syncDirectory(directory))
    return sealed
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
