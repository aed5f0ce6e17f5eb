import { chown, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createLanes } from '../../files/lanes.ts'
import { syncDirectory } from '../../files/sync-directory.ts'
import { underPartialName } from '../partial-directory.ts'
import { parseManifest, verifyFiles } from './backup-manifest.ts'
import type { Owner } from './extract-file.ts'
import { extractTar, newPlace } from './extract-tar.ts'

/**
 * What would mislead a new server: another server's process, and slots that hold back WAL for nobody. A server
 * leaves them out of a copy itself; a stream from elsewhere may not. `backup_label` stays: it is what makes
 * the server replay the WAL that came with the copy.
 */
const stale = /^(postmaster\.(pid|opts)|pg_replslot\/.+)$/

/**
 * Unpacks what `streamBaseBackup` gave into a new data directory that a server starts on. It is written beside,
 * as `<directory>.partial`, checked against its manifest and synced, and only then gets its name; when anything
 * fails, nothing is left. With `owner`, all of it belongs to them. `directory` must not exist. Throws `AgentFault`
 * `backup-corrupt`, what `data` or the disk throws, and the reason of `signal`.
 */
export async function restoreData(
  data: Readable,
  directory: string,
  owner: Owner | null,
  signal: AbortSignal,
): Promise<void> {
  await underPartialName(data, directory, signal, async (partial) => {
    const { files, directories, manifest } = await extractTar(data, newPlace(partial, owner))
    verifyFiles(parseManifest(manifest), files)
    await finishDirectory(partial, [...files.keys()], directories, owner)
  })
}

/** Leaves out what would mislead a server, syncs directories and gives them to the owner. */
export async function finishDirectory(
  root: string,
  files: readonly string[],
  directories: readonly string[],
  owner: Owner | null,
): Promise<void> {
  await removeStale(root, [...files, ...directories])
  await sealDirectories(
    root,
    directories.filter((path) => !stale.test(path)),
    owner,
  )
}

async function removeStale(root: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (stale.test(path)) await rm(join(root, path), { recursive: true, force: true })
  }
}

/**
 * Directories are given away last, the root after the rest: until then nobody but the agent can put anything
 * in the place of what it has just checked.
 */
async function sealDirectories(root: string, paths: readonly string[], owner: Owner | null): Promise<void> {
  const lanes = createLanes(8)
  for (const path of paths) await lanes.run(() => syncDirectory(join(root, path)))
  await lanes.finish()
  if (owner) for (const path of paths.toReversed()) await chown(join(root, path), owner.uid, owner.gid)
}
