import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { zstdCompressSync } from 'node:zlib'
import type { Server } from '../engines/engine.ts'
import { type BackupManifest, copyManifestName, dataName } from './backup-manifest.ts'
import { batchPieces } from './batch-pieces.ts'
import { createCompressor } from './compression.ts'
import { createSealing, sealBytes } from './sealing/seal.ts'
import type { BackupStore } from './targets/target.ts'

/** Smaller databases are copied whole in a second: what keeps account of their changes would cost more. */
export const trackFromBytes = 256 * 1024 * 1024

export interface StoreCopyOptions {
  readonly key: string
  readonly encryptionKey: Buffer | undefined
  /** Where it is stored; asked with the copy's estimated size. */
  place(sizeBytes: number): Promise<BackupStore>
  /** An earlier copy's own description, to store only what has changed since. */
  readonly parent: Buffer | undefined
  readonly trackFromBytes: number
  readonly signal: AbortSignal
  readonly progress: (doneBytes: number, totalBytes: number) => void
}

export interface StoredCopy
  extends Pick<BackupManifest, 'sizeBytes' | 'storedBytes' | 'sha256' | 'sealed' | 'extensible'> {
  readonly kind: 'full' | 'incremental'
  readonly log: { readonly start: bigint; readonly endedAt: Date } | undefined
}

const progressIntervalMs = 500

/** Streams a server's data to a store: compressed, and encrypted when there is a key. Throws `AgentFault`. */
export async function storeCopy(
  server: Pick<Server, 'stream'>,
  options: StoreCopyOptions,
): Promise<StoredCopy> {
  const { key, encryptionKey, signal, progress, parent } = options
  const sealed = encryptionKey !== undefined
  const copy = await (parent ? server.stream(signal, parent) : server.stream(signal))
  const ended = copy.log?.then((log) => ({ ...log, endedAt: new Date() }))
  // The copy's data fails with the same; this promise may have nobody who listens yet.
  ended?.catch(() => {})
  const compressor = createCompressor()
  const report = () => {
    progress(compressor.bytesWritten, Math.max(copy.sizeBytes, compressor.bytesWritten))
  }
  const timer = setInterval(report, progressIntervalMs)
  try {
    const place = await options.place(copy.sizeBytes)
    const output = encryptionKey ? createSealing(encryptionKey) : compressor
    const stages = encryptionKey ? [compressor, output] : [compressor]
    const packed = pipeline([batchPieces(copy.data), ...stages])
    // Whichever side fails destroys the other; the error that came first is the cause of both.
    const stored = place.put(`${key}/${dataName(sealed)}`, output, signal, copy.sizeBytes)
    const [read, put] = await Promise.allSettled([packed, stored])
    if (put.status === 'rejected') throw put.reason
    if (read.status === 'rejected') throw read.reason
    report()
    const kind = copy.kind ?? 'full'
    const sizeBytes = compressor.bytesWritten
    const log = await ended
    const extensible = log !== undefined && (kind === 'incremental' || sizeBytes >= options.trackFromBytes)
    if (extensible) await storeCopyManifest(place, key, log.manifest, encryptionKey, signal)
    const { bytes: storedBytes, sha256 } = put.value
    const optional = { ...(sealed ? { sealed } : {}), ...(extensible ? { extensible } : {}) }
    return { sizeBytes, storedBytes, sha256, kind, log, ...optional }
  } finally {
    copy.data.destroy()
    clearInterval(timer)
  }
}

async function storeCopyManifest(
  store: BackupStore,
  key: string,
  manifest: Buffer,
  encryptionKey: Buffer | undefined,
  signal: AbortSignal,
): Promise<void> {
  const compressed = zstdCompressSync(manifest)
  const content = encryptionKey ? sealBytes(encryptionKey, compressed) : compressed
  const name = copyManifestName(encryptionKey !== undefined)
  await store.put(`${key}/${name}`, Readable.from([content]), signal)
}
