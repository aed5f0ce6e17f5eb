import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { createLanes, type Lanes } from '../../files/lanes.ts'
import { corruptCopy } from '../corrupt-copy.ts'
import { MalformedTar } from '../tar/tar-header.ts'
import { createTarReader, type TarPart } from '../tar/tar-reader.ts'
import { type FileSeal, manifestLimit, manifestName } from './backup-manifest.ts'
import { type ExtractedFile, extractFile, type Owner } from './extract-file.ts'

export interface Extracted {
  readonly files: ReadonlyMap<string, FileSeal>
  /** Parents before what is in them; '' is the directory itself. */
  readonly directories: readonly string[]
  readonly manifest: Buffer
}

/** Where an archive is unpacked. */
export interface Place {
  /** Names are checked: they lie below the place. '' is the place itself. */
  makeDirectory(name: string): Promise<void>
  openFile(name: string, size: number, lanes: Lanes): Promise<ExtractedFile>
}

/** A directory that is made, with all that is in it. */
export function newPlace(directory: string, owner: Owner | null): Place {
  return {
    async makeDirectory(name) {
      await mkdir(join(directory, name), { mode: 0o700 })
    },
    openFile: async (name, _size, lanes) => extractFile(join(directory, name), owner, lanes),
  }
}

/** Each holds a batch of 1 MB at most; Node's own pool has four threads. */
const writesAtOnce = 8

/**
 * Unpacks a copy. Every file is on disk when it resolves; directories are not
 * synced, nor given to the owner. Throws `AgentFault` `backup-corrupt`, and what `data` or the disk throws.
 */
export async function extractTar(data: Readable, place: Place): Promise<Extracted> {
  const files = new Map<string, FileSeal>()
  const directories = new Set([''])
  const manifest: Buffer[] = []
  const lanes = createLanes(writesAtOnce)
  let name = ''
  let file: ExtractedFile | undefined

  const take = async (part: TarPart) => {
    if (part.kind === 'content') {
      if (file) await file.write(part.piece)
      else manifest.push(Buffer.from(part.piece))
    } else if (part.kind === 'end') {
      if (file) files.set(name, await file.end())
      file = undefined
    } else {
      name = part.header.name
      const parent = dirname(name)
      if (!directories.has(parent === '.' ? '' : parent))
        throw corruptCopy(`${name} comes before its directory`)
      if (directories.has(name) || files.has(name)) throw corruptCopy(`${name} is in it twice`)
      if (part.header.type === 'directory') {
        directories.add(name)
        await place.makeDirectory(name)
      } else if (name !== manifestName) file = await place.openFile(name, part.header.size, lanes)
      else if (manifest.length > 0) throw corruptCopy('it has two manifests')
      else if (part.header.size > manifestLimit) throw corruptCopy('its manifest is too long')
    }
  }

  await place.makeDirectory('')
  const reader = createTarReader()
  try {
    for await (const chunk of data) {
      for (const part of reader.read(chunk)) await take(part)
    }
    reader.finish()
    await lanes.finish()
  } catch (error) {
    await lanes.idle()
    await file?.abandon()
    if (error instanceof MalformedTar) throw corruptCopy(error.message, error)
    throw error
  }
  if (manifest.length === 0) throw corruptCopy('it has no manifest')
  return { files, directories: [...directories], manifest: Buffer.concat(manifest) }
}
