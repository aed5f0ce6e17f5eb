import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { destroyOnAbort } from '../files/destroy-on-abort.ts'
import { syncDirectory } from '../files/sync-directory.ts'

/**
 * Does work on a directory while it has another name, `<directory>.partial`, of which nothing earlier is left; it gets
 * its own name when all went well. When anything fails, neither is there. Throws the reason of `signal`, or what `work` throws.
 */
export async function underPartialName(
  data: Readable,
  directory: string,
  signal: AbortSignal,
  work: (partial: string) => Promise<void>,
): Promise<void> {
  const partial = `${directory}.partial`
  const release = destroyOnAbort(data, signal)
  try {
    signal.throwIfAborted()
    await rm(partial, { recursive: true, force: true })
    await work(partial)
    signal.throwIfAborted()
    await rename(partial, directory)
    await syncDirectory(dirname(directory))
  } catch (error) {
    data.destroy()
    await rm(partial, { recursive: true, force: true })
    throw signal.aborted ? signal.reason : error
  } finally {
    release()
  }
}
