import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { BackupResult } from '@croft/protocol'
import type { Server } from '../engines/engine.ts'
import { AgentFault } from '../fault.ts'
import { type BackupManifest, dataName, manifestName, readManifest } from './backup-manifest.ts'
import { batchPieces } from './batch-pieces.ts'
import { createCompressor } from './compression.ts'
import type { BackupStore } from './targets/target.ts'

export interface BackupRequest {
  readonly instanceId: string
  readonly backupId: string
  readonly engine: string
  readonly version: string
  /** Skip when the data still carries this mark. */
  readonly unlessMark?: string
}

export interface BackupOptions {
  readonly signal: AbortSignal
  /** Called twice a second with bytes read from the server; the total is an estimate. */
  readonly progress: (doneBytes: number, totalBytes: number) => void
}

const progressIntervalMs = 500

/**
 * Stores a copy of a running server below `<instanceId>/<backupId>`. Asking again for a backup that is complete
 * gives its result without another copy; one that a crash cut short is made anew. When it fails, nothing stays in
 * the store. Throws `AgentFault`, or the reason of the signal.
 */
export async function writeBackup(
  server: Pick<Server, 'mark' | 'stream'>,
  store: BackupStore,
  request: BackupRequest,
  options: BackupOptions,
): Promise<BackupResult> {
  const key = `${request.instanceId}/${request.backupId}`
  const earlier = await findManifest(store, key, options.signal)
  if (earlier) return resultOf(key, earlier)
  await store.remove(key)
  const startedAt = new Date().toISOString()
  // Before the copy: what is written while it runs must make the next backup differ.
  const mark = await server.mark()
  const base = { instanceId: request.instanceId, backupId: request.backupId, engine: request.engine }
  const about = { format: 1 as const, ...base, version: request.version, startedAt, mark }
  if (mark === request.unlessMark) {
    const empty = { sizeBytes: 0, storedBytes: 0, sha256: '', completedAt: startedAt }
    return { ...resultOf(key, { ...about, ...empty }), skipped: true }
  }
  try {
    const sealed = await storeData(server, store, `${key}/${dataName}`, options)
    const manifest: BackupManifest = { ...about, ...sealed, completedAt: new Date().toISOString() }
    const content = Readable.from([Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)])
    await store.put(`${key}/${manifestName}`, content, options.signal)
    return resultOf(key, manifest)
  } catch (error) {
    // The first error is the one to tell; what cannot be removed now goes when the backup is asked for again.
    await store.remove(key).catch(() => {})
    throw error
  }
}

async function storeData(
  server: Pick<Server, 'stream'>,
  store: BackupStore,
  key: string,
  { signal, progress }: BackupOptions,
): Promise<Pick<BackupManifest, 'sizeBytes' | 'storedBytes' | 'sha256'>> {
  const copy = await server.stream(signal)
  const compressor = createCompressor()
  const report = () => {
    progress(compressor.bytesWritten, Math.max(copy.sizeBytes, compressor.bytesWritten))
  }
  const timer = setInterval(report, progressIntervalMs)
  try {
    const compressed = pipeline(batchPieces(copy.data), compressor)
    // Whichever side fails destroys the other; the error that came first is the cause of both.
    const stored = store.put(key, compressor, signal)
    const [read, put] = await Promise.allSettled([compressed, stored])
    if (put.status === 'rejected') throw put.reason
    if (read.status === 'rejected') throw read.reason
    report()
    return { sizeBytes: compressor.bytesWritten, storedBytes: put.value.bytes, sha256: put.value.sha256 }
  } finally {
    copy.data.destroy()
    clearInterval(timer)
  }
}

/** The manifest of a complete backup. A damaged one stands for no backup here: it is made again. */
async function findManifest(
  store: BackupStore,
  key: string,
  signal: AbortSignal,
): Promise<BackupManifest | undefined> {
  try {
    return await readManifest(store, key, signal)
  } catch (error) {
    if (!(error instanceof AgentFault)) throw error
    if (error.code === 'backup-missing' || error.code === 'backup-corrupt') return undefined
    throw error
  }
}

function resultOf(key: string, manifest: BackupManifest): BackupResult {
  const { engine, version, sizeBytes, storedBytes, startedAt, completedAt, mark } = manifest
  return { key, engine, version, sizeBytes, storedBytes, startedAt, completedAt, mark, skipped: false }
}
