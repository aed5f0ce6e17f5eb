import { mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { AgentFault } from '../fault.ts'
import { type BackupManifest, copyManifestName, dataName, manifestName } from './backup-manifest.ts'
import { createDirectoryStore } from './targets/directory.ts'
import type { BackupStore } from './targets/target.ts'

/**
 * Backups that wait on this host's disk to be sent to a store: the database is held only for as long as the disk
 * takes, and an upload that is cut short goes on instead of copying the database again.
 */
export interface Spool {
  readonly store: BackupStore
  /** Whether a copy of so many bytes fits, however badly it compresses, with room left for the databases. */
  hasRoom(bytes: number): Promise<boolean>
  /** Sends a whole backup; `progress` gets the stored bytes that are there. Its manifest goes last. */
  upload(
    store: BackupStore,
    key: string,
    manifest: BackupManifest,
    signal: AbortSignal,
    progress: (bytes: number) => void,
  ): Promise<void>
}

/** Kept free for the databases of this host. */
const reserveBytes = 512 * 1024 * 1024

export function openSpool(directory: string): Spool {
  const spooled = createDirectoryStore(directory, { create: true })
  return {
    store: spooled,
    async hasRoom(bytes) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const { bavail, bsize } = await statfs(directory)
      return bytes * 1.05 + reserveBytes <= bavail * bsize
    },
    async upload(store, key, manifest, signal, progress) {
      if (!store.putFile) throw new Error('the store takes no files')
      const sealed = manifest.sealed === true
      const data = `${key}/${dataName(sealed)}`
      const { sha256 } = await store.putFile(data, join(directory, data), signal, progress)
      if (sha256 !== manifest.sha256) {
        throw new AgentFault(
          'backup-corrupt',
          'The disk of this host gave back another copy than was written.',
        )
      }
      const small = [...(manifest.extensible ? [copyManifestName(sealed)] : []), manifestName]
      for (const name of small) {
        await store.put(`${key}/${name}`, await spooled.get(`${key}/${name}`, signal), signal)
      }
    },
  }
}
