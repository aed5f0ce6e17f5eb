import type { Dirent } from 'node:fs'
import { mkdir, open, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { destroyOnAbort } from '../../files/destroy-on-abort.ts'
import { syncDirectory } from '../../files/sync-directory.ts'
import { away, faultOfDirectory, isMissing, onDirectory } from './directory-fault.ts'
import { stepsOf } from './key.ts'
import { putFile } from './put-file.ts'
import { readFile } from './read-file.ts'
import type { BackupStore, StoredObject } from './target.ts'

const probeTimeoutMs = 10_000
/** A file that was not written to for so long has no writer any more, in ms. */
const partialMs = 3_600_000

/**
 * Keeps objects as files below `directory`, mode 0600 in directories of mode 0700. With `create`, it is made
 * when it is not there; without, its absence is `target-unreachable`, for it may be a disk that is not mounted.
 */
export function createDirectoryStore(directory: string, options: { create: boolean }): BackupStore {
  const root = resolve(directory)
  const pathOf = (key: string) => join(root, ...stepsOf(key))

  const checkRoot = async () => {
    if (options.create) await onDirectory(mkdir(root, { recursive: true, mode: 0o700 }))
    const found = await stat(root).catch((cause: unknown) => {
      throw isMissing(cause) ? away('does not exist on this host', cause) : faultOfDirectory(cause)
    })
    if (!found.isDirectory()) throw away('is not a directory')
  }

  const store: BackupStore = {
    async put(key, data, signal) {
      const path = pathOf(key)
      const release = destroyOnAbort(data, signal)
      try {
        signal.throwIfAborted()
        await checkRoot()
        await onDirectory(mkdir(dirname(path), { recursive: true, mode: 0o700 }))
        const sealed = await putFile(path, data)
        for (const parent of directoriesBetween(root, dirname(path))) await onDirectory(syncDirectory(parent))
        return sealed
      } catch (error) {
        data.destroy()
        await removeEmpty(root, dirname(path))
        throw signal.aborted ? signal.reason : error
      } finally {
        release()
      }
    },
    async get(key, signal) {
      const path = pathOf(key)
      await checkRoot()
      return readFile(await onDirectory(open(path, 'r')), signal)
    },
    async list(prefix) {
      const path = prefix === '' ? root : pathOf(prefix)
      await checkRoot()
      const found = await onDirectory(listBelow(path, prefix))
      return found.sort((a, b) => (a.key < b.key ? -1 : 1))
    },
    async remove(prefix) {
      const path = pathOf(prefix)
      await checkRoot()
      await onDirectory(rm(path, { recursive: true, force: true }))
      await removeEmpty(root, dirname(path))
    },
    async tidy(prefix) {
      const path = pathOf(prefix)
      await checkRoot()
      await onDirectory(removePartial(path))
    },
    async probe() {
      const key = `probe-${process.pid}`
      await store.put(key, Readable.from([Buffer.from('croft')]), AbortSignal.timeout(probeTimeoutMs))
      await store.remove(key)
    },
  }
  return store
}

/** Files below `path`; hidden ones are not whole yet. A file itself is listed as `prefix`. */
async function listBelow(path: string, prefix: string): Promise<StoredObject[]> {
  const found = await stat(path).catch(absent)
  if (!found) return []
  if (found.isFile()) return [{ key: prefix, bytes: found.size }]
  const names: Dirent[] = (await readdir(path, { withFileTypes: true }).catch(absent)) ?? []
  const objects: StoredObject[] = []
  for (const entry of names) {
    if (entry.name.startsWith('.') || !(entry.isFile() || entry.isDirectory())) continue
    const key = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    for (const object of await listBelow(join(path, entry.name), key)) objects.push(object)
  }
  return objects
}

/** Files in `path` that still have the hidden name which `putFile` begins with. */
async function removePartial(path: string): Promise<void> {
  const names = (await readdir(path).catch(absent)) ?? []
  for (const name of names) {
    if (!/^\..+\.[0-9a-f]{12}$/.test(name)) continue
    const found = await stat(join(path, name)).catch(absent)
    if (found?.isFile() && found.mtimeMs < Date.now() - partialMs) await rm(join(path, name), { force: true })
  }
}

/** For what may go while it is looked at. */
function absent(error: unknown): undefined {
  if (!isMissing(error)) throw error
}

/** `from` and what is above it, `root` last. */
function directoriesBetween(root: string, from: string): string[] {
  const paths = [from]
  for (let path = from; path !== root; path = dirname(path)) paths.push(dirname(path))
  return paths
}

/** Removes directories that nothing is left in, upwards from `from`; `root` stays. */
async function removeEmpty(root: string, from: string): Promise<void> {
  for (const path of directoriesBetween(root, from)) {
    if (path === root) return
    try {
      await rmdir(path)
    } catch (error) {
      if (!isMissing(error)) return
    }
  }
}
