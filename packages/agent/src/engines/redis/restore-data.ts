import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { writeAll } from '../../files/write-all.ts'
import type { RunAs } from '../../host/run-as.ts'
import { corruptCopy } from '../corrupt-copy.ts'
import { underPartialName } from '../partial-directory.ts'
import { MalformedTar } from '../tar/tar-header.ts'
import { createTarReader } from '../tar/tar-reader.ts'
import {
  appendDirectory,
  baseName,
  changesName,
  finishDataDirectory,
  manifestName,
  snapshotManifest,
} from './data-directory.ts'

const files: readonly string[] = [baseName, changesName, manifestName].map(
  (name) => `${appendDirectory}/${name}`,
)

/**
 * Unpacks what `copySnapshot` gave into a new data directory. It is written beside, as `<directory>.partial`; when
 * anything fails, nothing is left. Whether the snapshot is whole its own checksum tells when it is loaded. Throws
 * `AgentFault` `backup-corrupt`, what `data` or the disk throws, and the reason of `signal`.
 */
export async function restoreData(
  data: Readable,
  directory: string,
  owner: RunAs | null,
  signal: AbortSignal,
): Promise<void> {
  await underPartialName(data, directory, signal, async (partial) => {
    await mkdir(partial, { mode: 0o700 })
    const contents = await unpack(data, partial, owner)
    if (contents.get(`${appendDirectory}/${manifestName}`) !== snapshotManifest.length) {
      throw corruptCopy('it is not of Redis')
    }
    await finishDataDirectory(partial, owner)
  })
}

/** Gives the size of each file. All of them are on disk when it resolves. */
async function unpack(data: Readable, directory: string, owner: RunAs | null): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  const reader = createTarReader()
  let file: FileHandle | undefined
  let made = false
  let name = ''
  let position = 0
  try {
    for await (const chunk of data) {
      for (const part of reader.read(chunk)) {
        if (part.kind === 'content') {
          if (file) await writeAll(file, [part.piece], position)
          position += part.piece.length
        } else if (part.kind === 'end') {
          if (file) await seal(file, owner)
          if (file) sizes.set(name, position)
          file = undefined
        } else if (part.header.type === 'directory') {
          if (part.header.name !== appendDirectory) throw corruptCopy(`${part.header.name} is not of Redis`)
          if (made) throw corruptCopy(`${appendDirectory} is in it twice`)
          made = true
          await mkdir(join(directory, appendDirectory), { mode: 0o700 })
        } else {
          name = part.header.name
          position = 0
          if (!made || !files.includes(name) || sizes.has(name)) throw corruptCopy(`${name} is not of Redis`)
          // `wx`: never through a link, never over a file that is there.
          file = await open(join(directory, name), 'wx', 0o600)
        }
      }
    }
    reader.finish()
    return sizes
  } catch (error) {
    await file?.close()
    if (error instanceof MalformedTar) throw corruptCopy(error.message, error)
    throw error
  }
}

async function seal(file: FileHandle, owner: RunAs | null): Promise<void> {
  if (owner) await file.chown(owner.uid, owner.gid)
  await file.sync()
  await file.close()
}
