import type { Server } from '../engines/engine.ts'
import { AgentFault } from '../fault.ts'
import type { Body } from './body.ts'

/** How often the size of a running server's data is asked, in ms; a query of about a millisecond. */
const LOOK_MS = 2000
/** Writes are taken again below this share of the quota. */
const FREE_BELOW = 0.95
/** Who goes on writing although told not to loses the server after so much more, in bytes and as a share of the quota. */
const TOLERATED = { bytes: 32 * 1024 * 1024, share: 0.1 }

/**
 * `full`: the server refuses writes, but lets who says so delete. `over`: somebody used that to write more, and nobody
 * is let in until the quota grows.
 */
export type StorageLevel = 'free' | 'full' | 'over'

/** What the level is for a size; `fullAt` is the size when it became full. */
export function levelOf(before: StorageLevel, used: number, quota: number, fullAt: number): StorageLevel {
  if (used < quota * FREE_BELOW) return 'free'
  if (before === 'free') return used < quota ? 'free' : 'full'
  const most = Math.max(fullAt, quota) + Math.max(TOLERATED.bytes, quota * TOLERATED.share)
  return used > most ? 'over' : 'full'
}

/** Holds a database to the storage it may use. */
export interface StorageQuota {
  readonly level: StorageLevel
  /** Looks at the size of a running server's data, if it is time, and acts on it. */
  look(): void
  /** Throws `AgentFault` `storage-full` when nobody is to be let in. */
  admit(): void
}

export function createStorageQuota(body: Body): StorageQuota {
  const { host, log, id } = body
  let level: StorageLevel = 'free'
  let fullAt = 0
  let used = 0
  let nextLook = 0
  let looking = false
  /** The server that was last told, and what. */
  let told: { readonly server: Server; readonly refuse: boolean } | null = null

  async function act(server: Server): Promise<void> {
    const quota = body.state.desired.resources.storageBytes
    used = quota === undefined ? 0 : (await server.usage()).sizeBytes
    const before = level
    level = quota === undefined ? 'free' : levelOf(before, used, quota, fullAt)
    if (before === 'free') fullAt = used
    const refuse = level !== 'free'
    if (told?.server === server ? told.refuse !== refuse : refuse) {
      await server.refuseWrites?.(refuse)
      told = { server, refuse }
    }
    if (level === before) return
    log.warn({ used, quota, level }, 'the storage of a database has changed its state')
    if (before === 'free')
      host.tell.event('instance.storage-full', id, { usedBytes: used, quotaBytes: quota })
    if (level === 'free') host.tell.event('instance.storage-free', id, { usedBytes: used, quotaBytes: quota })
    body.publish()
    if (level === 'over') await host.sessions.close(id, FULL)
  }

  return {
    get level() {
      return level
    },
    look() {
      const server = body.current?.server
      const isWanted = body.state.desired.resources.storageBytes !== undefined || level !== 'free'
      if (!server || !isWanted || looking) return
      // A server that has just started has not been told, and takes writes.
      if (host.clock.now() < nextLook && (level === 'free' || told?.server === server)) return
      looking = true
      nextLook = host.clock.now() + LOOK_MS
      act(server)
        .catch((err: unknown) => log.warn({ err }, 'the storage of a database could not be looked at'))
        .finally(() => {
          looking = false
        })
    },
    admit() {
      const quota = body.state.desired.resources.storageBytes
      // The size is that of the last look: with a larger quota, the next one frees it.
      if (level === 'over' && quota !== undefined && used >= quota * FREE_BELOW) {
        throw new AgentFault('storage-full', FULL)
      }
    },
  }
}

const FULL = 'The database takes more storage than it may have; it needs a larger quota.'
