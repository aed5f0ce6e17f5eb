import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { appendDirectory, readManifest } from './data-directory.ts'

/** What a power failure may take, in ms, as with Redis' own `appendfsync everysec`. */
const everyMs = 1000

/**
 * Brings what a running server appends to disk every second, in the place of Redis' own `everysec`: that holds
 * answered writes back in memory for up to two seconds while a sync is under way, where a killed server loses them.
 * Returns what ends it.
 */
export function syncAppends(directory: string, log: Logger): () => void {
  let ended = false
  let timer: NodeJS.Timeout
  let manifestSeen = ''
  let path: string | undefined
  let synced = -1

  const look = async () => {
    const { mtimeMs, ino } = await stat(join(directory, appendDirectory))
    const seen = `${mtimeMs}:${ino}`
    if (seen !== manifestSeen) {
      // Redis syncs the file that it leaves itself.
      const next = newestChanges((await readManifest(directory)) ?? '', directory)
      if (next !== path) synced = -1
      path = next
      manifestSeen = seen
    }
    if (path === undefined) return
    const { size } = await stat(path)
    if (size === synced) return
    const file = await open(path, 'r')
    try {
      await file.datasync()
    } finally {
      await file.close()
    }
    synced = size
  }
  const next = () => {
    timer = setTimeout(async () => {
      try {
        await look()
      } catch (err) {
        // A rewrite may just have removed the file; the next round finds the other one. Else a disk does not sync.
        const isGone = err instanceof Error && 'code' in err && err.code === 'ENOENT'
        log[isGone ? 'debug' : 'warn']({ err }, 'changes could not be synced')
        manifestSeen = ''
      }
      if (!ended) next()
    }, everyMs).unref()
  }
  next()
  return () => {
    ended = true
    clearTimeout(timer)
  }
}

function newestChanges(manifest: string, directory: string): string | undefined {
  const names = [...manifest.matchAll(/^file (\S+) seq \d+ type i$/gm)].map(([, name]) => name)
  const name = names.at(-1)
  return name === undefined ? undefined : join(directory, appendDirectory, name)
}
