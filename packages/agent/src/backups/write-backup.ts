import { Readable } from 'node:stream'
import type { BackupResult } from '@croft/protocol'
import { formatLsn } from '../archive/lsn.ts'
import type { Server } from '../engines/engine.ts'
import { AgentFault } from '../fault.ts'
import { type BackupManifest, manifestName, readManifest } from './backup-manifest.ts'
import { findParent, type Parent } from './find-parent.ts'
import { openSpool, type Spool } from './spool.ts'
import { storeCopy, trackFromBytes } from './store-copy.ts'
import { isAway } from './targets/away.ts'
import { stepsOf } from './targets/key.ts'
import type { BackupStore } from './targets/target.ts'

export interface BackupRequest {
  readonly instanceId: string
  readonly backupId: string
  readonly engine: string
  /** Skip when the data still carries this mark. */
  readonly unlessMark?: string
  /** 32 bytes in base64; without it the backup is not encrypted. */
  readonly encryptionKey?: string
  /** Store only what has changed since this backup, if that can be told. */
  readonly parentKey?: string
}

/** A server that is kept awake while it is copied. */
export interface HeldServer {
  readonly server: Pick<Server, 'mark' | 'stream' | 'trackChanges'>
  readonly version: string
  /** The archive that goes on from what the server writes now. */
  chain?(): string | undefined
  release(): void
}

export interface BackupOptions {
  readonly signal: AbortSignal
  /** Called twice a second with bytes done; the total is an estimate. */
  readonly progress: (doneBytes: number, totalBytes: number) => void
  /** Where a copy waits for a store that is far away. */
  readonly spoolDirectory?: string
  /** Full backups from this size on can be followed by incremental ones. */
  readonly trackFromBytes?: number
}

/**
 * Stores a copy of a running server below `<instanceId>/<backupId>`. Asking again for a backup that is complete
 * gives its result without another copy; one that a crash cut short is made anew, or its upload goes on. When it
 * fails, nothing stays in the store, but for an upload that was aborted or whose store is away: asking again goes on
 * with it. Throws `AgentFault`, or the reason of the signal.
 */
export async function writeBackup(
  hold: (signal: AbortSignal) => Promise<HeldServer>,
  store: BackupStore,
  request: BackupRequest,
  options: BackupOptions,
): Promise<BackupResult> {
  const { signal } = options
  const key = `${request.instanceId}/${request.backupId}`
  stepsOf(key)
  const spool = store.putFile && options.spoolDirectory ? openSpool(options.spoolDirectory) : undefined
  const waiting = spool && (await findManifest(spool.store, key, signal))
  if (spool && waiting) {
    await upload(spool, store, key, waiting, options)
    return resultOf(key, waiting)
  }
  const earlier = await findManifest(store, key, signal).catch((error: unknown) => {
    // The copy can be made while the store is away; its upload asks again.
    if (!spool || !isAway(error)) throw error
  })
  if (earlier) return resultOf(key, earlier)
  const made = await copyServer(hold, store, spool, key, request, options)
  if (!made.skipped && made.place === spool?.store) await upload(spool, store, key, made.manifest, options)
  return { ...resultOf(key, made.manifest), skipped: made.skipped }
}

interface MadeCopy {
  readonly manifest: BackupManifest
  readonly place: BackupStore
  readonly skipped: boolean
}

async function copyServer(
  hold: (signal: AbortSignal) => Promise<HeldServer>,
  store: BackupStore,
  spool: Spool | undefined,
  key: string,
  request: BackupRequest,
  options: BackupOptions,
): Promise<MadeCopy> {
  const { signal, progress } = options
  const { instanceId, backupId, engine, parentKey } = request
  const encryptionKey = request.encryptionKey ? Buffer.from(request.encryptionKey, 'base64') : undefined
  const held = await hold(signal)
  let place = spool?.store ?? store
  try {
    const { server, version } = held
    const startedAt = new Date().toISOString()
    // Before the copy: what is written while it runs must make the next backup differ.
    const mark = await server.mark()
    const about = { format: 1 as const, instanceId, backupId, engine, version, startedAt, mark }
    if (mark === request.unlessMark) {
      const empty = { sizeBytes: 0, storedBytes: 0, sha256: '', completedAt: startedAt }
      return { manifest: { ...about, ...empty }, place: store, skipped: true }
    }
    await place.remove(key)
    const wish = parentKey && { key: parentKey, instanceId, engine, version, encryptionKey }
    const parent = wish ? await findParent(store, wish, signal) : undefined
    const chain = held.chain?.()
    const trackFrom = options.trackFromBytes ?? trackFromBytes
    const stored = await storeCopy(server, {
      key,
      encryptionKey,
      parent: parent?.manifest,
      trackFromBytes: trackFrom,
      async place(bytes) {
        if (spool && !(await spool.hasRoom(bytes))) place = store
        return place
      },
      signal,
      progress: spool ? (done, total) => progress(done, 2 * total) : progress,
    })
    const { log, kind, ...data } = stored
    const lineage = lineageOf(
      kind,
      parent,
      log,
      chain !== undefined && chain === held.chain?.() ? chain : undefined,
    )
    const completedAt = new Date().toISOString()
    const manifest: BackupManifest = { ...about, ...data, ...lineage, kind, completedAt }
    const content = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
    await place.put(`${key}/${manifestName}`, Readable.from([content]), signal)
    if (kind === 'full' && data.extensible) await server.trackChanges?.()
    return { manifest, place, skipped: false }
  } catch (error) {
    // The first error is the one to tell; what cannot be removed now goes when the backup is asked for again.
    if (!isAway(error)) await place.remove(key).catch(() => {})
    throw error
  } finally {
    held.release()
  }
}

function lineageOf(
  kind: 'full' | 'incremental',
  parent: Parent | undefined,
  log: { readonly start: bigint; readonly endedAt: Date } | undefined,
  chain: string | undefined,
): Pick<BackupManifest, 'parentKey' | 'depth' | 'chain' | 'startLsn' | 'consistentAt'> {
  return {
    ...(kind === 'incremental' && parent ? { parentKey: parent.key, depth: parent.depth + 1 } : {}),
    ...(log ? { startLsn: formatLsn(log.start), consistentAt: log.endedAt.toISOString() } : {}),
    ...(log && chain !== undefined ? { chain } : {}),
  }
}

/** Brings what waits in the spool to the store. */
async function upload(
  spool: Spool,
  store: BackupStore,
  key: string,
  manifest: BackupManifest,
  { signal, progress }: BackupOptions,
): Promise<void> {
  const { sizeBytes, storedBytes } = manifest
  try {
    if (!(await findManifest(store, key, signal))) {
      await spool.upload(store, key, manifest, signal, (bytes) => {
        progress(Math.round(sizeBytes * (1 + bytes / Math.max(1, storedBytes))), 2 * sizeBytes)
      })
    }
  } catch (error) {
    // Both stay for the next attempt, which goes on from here.
    if (signal.aborted || isAway(error)) throw error
    await spool.store.remove(key).catch(() => {})
    await store.remove(key).catch(() => {})
    throw error
  }
  await spool.store.remove(key).catch(() => {})
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
  const { kind = 'full', parentKey, chain, startLsn, consistentAt } = manifest
  return {
    ...{ key, engine, version, sizeBytes, storedBytes, startedAt, completedAt, mark, skipped: false, kind },
    ...(parentKey === undefined ? {} : { parentKey }),
    ...(chain === undefined ? {} : { chain }),
    ...(startLsn === undefined ? {} : { startLsn }),
    ...(consistentAt === undefined ? {} : { consistentAt }),
  }
}
