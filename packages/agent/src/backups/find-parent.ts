import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { AgentFault } from '../fault.ts'
import { copyManifestName, maxDepth, readManifest } from './backup-manifest.ts'
import { openBytes } from './sealing/open.ts'
import type { BackupStore } from './targets/target.ts'

export interface Parent {
  readonly key: string
  readonly depth: number
  /** The engine's own description of the copy. */
  readonly manifest: Buffer
}

export interface ParentWish {
  readonly key: string
  readonly instanceId: string
  readonly engine: string
  readonly version: string
  readonly encryptionKey: Buffer | undefined
}

/**
 * What an incremental backup of an earlier one needs; undefined when that one does not offer it, is not there or is
 * damaged, so that a full one is to be made. Throws `AgentFault` `target-unreachable`.
 */
export async function findParent(
  store: BackupStore,
  wish: ParentWish,
  signal: AbortSignal,
): Promise<Parent | undefined> {
  try {
    const parent = await readManifest(store, wish.key, signal)
    const { engine, version, sealed = false, depth = 0, extensible, instanceId } = parent
    if (!extensible || depth >= maxDepth || instanceId !== wish.instanceId) return undefined
    if (engine !== wish.engine || version !== wish.version) return undefined
    // A backup is either encrypted as a whole, with those it builds on, or not at all.
    if (sealed !== (wish.encryptionKey !== undefined)) return undefined
    const stored = await buffer(await store.get(`${wish.key}/${copyManifestName(sealed)}`, signal))
    const compressed = wish.encryptionKey ? openBytes(wish.encryptionKey, stored) : stored
    const manifest = await promisify(zstdDecompress)(compressed)
    return { key: wish.key, depth, manifest }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AgentFault && error.code === 'target-unreachable') throw error
    return undefined
  }
}
