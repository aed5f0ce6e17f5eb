import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { AgentFault } from '../fault.ts'
import { type BackupManifest, dataName, maxDepth, readManifest } from './backup-manifest.ts'
import { createDecompressor } from './compression.ts'
import { createOpening } from './sealing/open.ts'
import type { BackupStore } from './targets/target.ts'

const bufferedBytes = 1024 * 1024

export interface ExpectedBackup {
  readonly engine: string
  readonly version: string
  /** The database's, 32 bytes in base64; needed for encrypted backups only. */
  readonly encryptionKey?: string
}

export interface OpenedBackup {
  /** Of the backup that was asked for. */
  readonly manifest: BackupManifest
  /** The tar stream of a full copy. It must be read or destroyed. */
  readonly data: Readable
  /** What to change in it afterwards, in order; none when the backup is a full one. */
  readonly increments: readonly Increment[]
  /** Bytes of all these streams. */
  readonly sizeBytes: number
}

export interface Increment {
  readonly sizeBytes: number
  open(): Promise<Readable>
}

/**
 * Opens the backup at `key` for an engine and a version, with those it builds on. A stream of it ends only when all
 * stored bytes have been read and carry the manifest's size and checksum, and otherwise fails with `backup-corrupt`.
 * Throws `AgentFault`: also `backup-missing` and `backup-incompatible`.
 */
export async function readBackup(
  store: BackupStore,
  key: string,
  expected: ExpectedBackup,
  signal: AbortSignal,
): Promise<OpenedBackup> {
  const secret = expected.encryptionKey ? Buffer.from(expected.encryptionKey, 'base64') : undefined
  const steps: { key: string; manifest: BackupManifest }[] = []
  for (let next: string | undefined = key; next !== undefined; next = steps[0]?.manifest.parentKey) {
    if (steps.length > maxDepth) throw corrupt('it builds on too many others')
    const manifest = await readManifest(store, next, signal).catch(steps.length > 0 ? baseFault : asItIs)
    checkFit(manifest, expected)
    if (manifest.sealed && !secret) {
      throw corrupt('it is encrypted, and the database’s key did not come with the request')
    }
    steps.unshift({ key: next, manifest })
  }
  const open = async (step: { key: string; manifest: BackupManifest }): Promise<Readable> => {
    const stored = await store.get(`${step.key}/${dataName(step.manifest.sealed === true)}`, signal)
    const pieces = unpack(stored, step.manifest, step.manifest.sealed ? secret : undefined)
    const data = Readable.from(pieces, { objectMode: false, highWaterMark: bufferedBytes })
    // A generator that was never begun has no `finally` to close what it would have read.
    data.once('close', () => stored.destroy())
    return data
  }
  const [full, ...rest] = steps
  const asked = steps.at(-1)
  if (!full || !asked) throw corrupt('it has no data')
  return {
    manifest: asked.manifest,
    data: await open(full),
    increments: rest.map((step) => ({ sizeBytes: step.manifest.sizeBytes, open: () => open(step) })),
    sizeBytes: steps.reduce((sum, { manifest }) => sum + manifest.sizeBytes, 0),
  }
}

function checkFit(manifest: BackupManifest, expected: ExpectedBackup): void {
  if (manifest.engine === expected.engine && manifest.version === expected.version) return
  throw new AgentFault(
    'backup-incompatible',
    `The backup holds ${manifest.engine} ${manifest.version}; it cannot be restored to ${expected.engine} ${expected.version}.`,
  )
}

function baseFault(error: unknown): never {
  if (error instanceof AgentFault && error.code === 'backup-missing') {
    throw new AgentFault('backup-missing', 'An earlier backup that this one builds on is gone.', {
      cause: error,
    })
  }
  throw error
}

function asItIs(error: unknown): never {
  throw error
}

async function* unpack(
  stored: Readable,
  manifest: BackupManifest,
  secret: Buffer | undefined,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let storedBytes = 0
  let sizeBytes = 0
  const decompressor = createDecompressor()
  const counted = async function* () {
    for await (const piece of stored) {
      hash.update(piece)
      storedBytes += piece.length
      yield piece
    }
  }
  const source = Readable.from(counted())
  const opening = secret ? createOpening(secret) : undefined
  source.on('error', (error) => (opening ?? decompressor).destroy(error))
  opening?.on('error', (error) => decompressor.destroy(error))
  const opened = opening ? source.pipe(opening) : source
  try {
    for await (const piece of opened.pipe(decompressor)) {
      sizeBytes += piece.length
      yield piece
    }
  } catch (error) {
    throw isDecompressionError(error) ? corrupt('it cannot be decompressed', error) : error
  } finally {
    source.destroy()
    opening?.destroy()
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
