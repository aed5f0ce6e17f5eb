import { chown, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory } from '../../files/sync-directory.ts'
import type { RunAs } from '../../host/run-as.ts'
import { writeOwnedFile } from '../../host/write-owned-file.ts'
import { writeLineage } from '../lineage.ts'

/** Redis' own names for where the data is: files of changes, and a snapshot that they go on from. */
export const appendDirectory = 'appendonlydir'
export const manifestName = 'appendonly.aof.manifest'
export const baseName = 'appendonly.aof.1.base.rdb'
export const changesName = 'appendonly.aof.1.incr.aof'
/** What a save writes, for copies. */
export const snapshotName = 'dump.rdb'

const changesLine = `file ${changesName} seq 1 type i\n`
/** The manifest of no data, and of a snapshot with nothing after it. */
export const emptyManifest = changesLine
export const snapshotManifest = `file ${baseName} seq 1 type b\n${changesLine}`

/** The list of files that hold the data, which changes with each of them; undefined when there is none. */
export async function readManifest(directory: string): Promise<string | undefined> {
  const path = join(directory, appendDirectory, manifestName)
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
}

/** Makes the data directory of an empty server, all at once or not at all. */
export async function makeDataDirectory(directory: string, owner: RunAs | null): Promise<void> {
  const partial = `${directory}.partial`
  await rm(partial, { recursive: true, force: true })
  await rm(directory, { recursive: true, force: true })
  try {
    await mkdir(join(partial, appendDirectory), { recursive: true, mode: 0o700 })
    await writeOwnedFile(join(partial, appendDirectory, manifestName), emptyManifest, owner)
    await writeOwnedFile(join(partial, appendDirectory, changesName), '', owner)
    await finishDataDirectory(partial, owner)
    await rename(partial, directory)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}

/** Gives a new data directory its lineage, and all of it to the user that servers run as. */
export async function finishDataDirectory(directory: string, owner: RunAs | null): Promise<void> {
  await writeLineage(directory, owner)
  for (const path of [join(directory, appendDirectory), directory]) {
    await syncDirectory(path)
    if (owner) await chown(path, owner.uid, owner.gid)
  }
}
