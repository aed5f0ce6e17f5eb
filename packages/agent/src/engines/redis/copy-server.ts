import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { destroyOnAbort } from '../../files/destroy-on-abort.ts'
import type { DataCopy } from '../engine.ts'
import { encodeDirectoryHeader, encodeFileHeader, paddingOf, trailerSize } from '../tar/tar-header.ts'
import {
  appendDirectory,
  baseName,
  changesName,
  manifestName,
  snapshotManifest,
  snapshotName,
} from './data-directory.ts'

const pieceBytes = 1024 * 1024

/**
 * The snapshot that was just written, as a tar of a data directory that goes on from it: a server started on what is
 * in there, Croft's or not, has the data. The file is gone from the directory at once and from the disk with the end of
 * the stream.
 */
export async function copySnapshot(directory: string, signal: AbortSignal): Promise<DataCopy> {
  const path = join(directory, snapshotName)
  // The directory belongs to the less privileged user of the server: nothing but a file of its own is read.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  let found: Stats
  try {
    found = await file.stat()
    if (!found.isFile()) throw new Error(`${path} is no file`)
    await rm(path)
  } catch (error) {
    await file.close()
    throw error
  }
  const data = Readable.from(tarOf(file, found.size), { objectMode: false, highWaterMark: pieceBytes })
  const release = destroyOnAbort(data, signal)
  data.once('close', () => {
    release()
    // A stream that was never read has not begun to close it.
    file.close().catch(() => {})
  })
  return { data, sizeBytes: found.size }
}

async function* tarOf(file: FileHandle, size: number): AsyncIterable<Buffer> {
  yield encodeDirectoryHeader(appendDirectory)
  yield encodeFileHeader(`${appendDirectory}/${baseName}`, size)
  let position = 0
  while (position < size) {
    const length = Math.min(pieceBytes, size - position)
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position)
    if (bytesRead === 0) throw new Error('the snapshot became shorter while it was read')
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
  yield Buffer.alloc(paddingOf(size))
  yield* smallFile(changesName, '')
  yield* smallFile(manifestName, snapshotManifest)
  yield Buffer.alloc(trailerSize)
}

function* smallFile(name: string, text: string): Iterable<Buffer> {
  const content = Buffer.from(text)
  yield encodeFileHeader(`${appendDirectory}/${name}`, content.length)
  if (content.length > 0) yield Buffer.concat([content, Buffer.alloc(paddingOf(content.length))])
}
