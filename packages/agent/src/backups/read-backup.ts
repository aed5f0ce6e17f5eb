import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { AgentFault } from '../fault.ts'
import { type BackupManifest, dataName, readManifest } from './backup-manifest.ts'
import { createDecompressor } from './compression.ts'
import type { BackupStore } from './targets/target.ts'

const bufferedBytes = 1024 * 1024

/**
 * Opens the backup at `key` for an engine and a version. `data` is the tar stream that was backed up; it ends only
 * when all stored bytes have been read and carry the manifest's size and checksum, and otherwise fails with
 * `backup-corrupt`. Throws `AgentFault`: also `backup-missing` and `backup-incompatible`.
 */
export async function readBackup(
  store: BackupStore,
  key: string,
  expected: { engine: string; version: string },
  signal: AbortSignal,
): Promise<{ data: Readable; manifest: BackupManifest }> {
  const manifest = await readManifest(store, key, signal)
  if (manifest.engine !== expected.engine || manifest.version !== expected.version) {
    throw new AgentFault(
      'backup-incompatible',
      `The backup holds ${manifest.engine} ${manifest.version}; it cannot be restored to ${expected.engine} ${expected.version}.`,
    )
  }
  const stored = await store.get(`${key}/${dataName}`, signal)
  const data = Readable.from(unpack(stored, manifest), { objectMode: false, highWaterMark: bufferedBytes })
  // A generator that was never begun has no `finally` to close what it would have read.
  data.once('close', () => stored.destroy())
  return { data, manifest }
}

async function* unpack(stored: Readable, manifest: BackupManifest): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let storedBytes = 0
  let sizeBytes = 0
  const decompressor = createDecompressor()
  const sealed = async function* () {
    for await (const piece of stored) {
      hash.update(piece)
      storedBytes += piece.length
      yield piece
    }
  }
  const source = Readable.from(sealed())
  source.on('error', (error) => decompressor.destroy(error))
  try {
    for await (const piece of source.pipe(decompressor)) {
      sizeBytes += piece.length
      yield piece
    }
  } catch (error) {
    throw isDecompressionError(error) ? corrupt('it cannot be decompressed', error) : error
  } finally {
    source.destroy()
    stored.destroy()
    decompressor.destroy()
  }
  if (storedBytes !== manifest.storedBytes || sizeBytes !== manifest.sizeBytes) {
    throw corrupt('it has a wrong size')
  }
  if (hash.digest('hex') !== manifest.sha256) throw corrupt('it has a wrong checksum')
}

function isDecompressionError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_|ERR_.*ZSTD)/.test(String(error.code))
}

function corrupt(what: string, cause?: unknown): AgentFault {
  return new AgentFault('backup-corrupt', `The backup is damaged: ${what}.`, { cause })
}
