import { Readable } from 'node:stream'
import type { Fault } from '@croft/protocol'
import type { Logger } from 'pino'
import type { BackupStore } from '../backups/targets/target.ts'
import type { LogChange } from '../engines/engine.ts'
import { toFault } from '../fault.ts'
import { backOff } from '../instances/back-off.ts'
import type { Clock } from '../instances/clock.ts'
import type { ArchiveShare } from './archive-share.ts'
import type { ChainManifest } from './chain.ts'
import { createGathering, type Gathered } from './gathering.ts'
import type { Lsn } from './lsn.ts'
import { createMerging } from './merging.ts'
import { packPiece } from './pack-piece.ts'
import { logKey, type Piece, pieceName } from './piece-key.ts'

/** A change waits for others so long, in ms, before it is stored with them. */
const GATHER_MS = 2000
/** So many bytes are stored at once. No more than twice as many wait in memory: then the server has to. */
export const CUT_BYTES = 8 * 1024 * 1024
/** While the target does not answer, no more than this: it may be away for many databases at one time. */
const OUTAGE_BYTES = 256 * 1024
/** The longest pause before a target that does not answer is tried again, in ms. */
const PAUSE_MS = 15_000

/** Stores the changes of one chain: in order, one piece at a time, each until it is there. */
export interface ChainWriter {
  readonly chain: ChainManifest
  /** End of what was given, and of what is stored. */
  readonly received: Lsn
  readonly stored: Lsn
  /** Every commit until then is archived, in ms of the server's clock. */
  readonly archivedAt: number
  /** When the oldest change that is not stored came, in the clock's ms; null when all is stored. */
  readonly oldest: number | null
  /** Why the last attempt to store failed; null after one that did not. */
  readonly fault: Fault | null
  /** The chain's description is stored. */
  readonly prepared: boolean
  /** The last pieces, which may be merged with later ones. */
  readonly small: readonly Piece[]
  /** Takes a change. Throws when it does not follow on the one before. */
  add(change: LogChange): void
  /** False when as much waits in memory as may. */
  readonly hasRoom: boolean
  /** Resolves when there is room for more. */
  room(): Promise<void>
  /** Waits for no more changes before it stores those that are there. */
  hurry(): void
  /** Resolves when everything before a position, and the chain's description, is stored. Rejects when it is closed. */
  storedUntil(lsn: Lsn): Promise<void>
  /** Everything that was durable at this moment is stored. */
  raise(at: number): void
  /** Tries at once what waits for a pause. */
  retry(): void
  close(): Promise<void>
}

export interface ChainWriterOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly share: ArchiveShare
  /** The target may be reached in another way after each wish. */
  store(): BackupStore
  /** The database's, 32 bytes; null for a chain that is not encrypted. */
  readonly key: Buffer | null
  readonly chain: ChainManifest
  /** Where to go on from. */
  readonly from: Lsn
  readonly archivedAt: number
  readonly small: readonly Piece[]
  readonly superseded: readonly Piece[]
  /** Stores what has to be there before the first piece; null when it is. */
  readonly prepare: ((signal: AbortSignal) => Promise<void>) | null
  onPrepared(): void
  onStored(): void
  onFailure(): void
}

/** Thrown to who waits for something to be stored by a writer that is closed. */
export class WriterClosed extends Error {}

export function createChainWriter(options: ChainWriterOptions): ChainWriter {
  const { clock, log, share, chain, key } = options
  const prefix = logKey(chain.instanceId, chain.chain)
  const over = new AbortController()
  const { signal } = over
  // Before a new chain's first piece nothing is known of how far the server was.
  const gathering = createGathering(options.from, options.prepare ? 0 : options.archivedAt)
  let { archivedAt } = options
  const merging = createMerging({ ...options, prefix, signal })
  let stored = options.from
  let inFlight: Gathered | undefined
  let prepared = options.prepare === null
  let fault: Fault | null = null
  let failures = 0
  let hurried = false
  let wanted = options.from
  let waiting: { readonly lsn: Lsn; readonly done: PromiseWithResolvers<void> }[] = []
  let onRoom = () => {}
  let kick = () => {}
  /** Ends the pause after a failure, which more changes do not. */
  let again = () => {}

  const isDue = (): boolean => {
    const { since, bytes, end } = gathering
    if (since === null) return false
    const asked = wanted <= end && wanted > end - BigInt(bytes)
    return hurried || asked || bytes >= CUT_BYTES || clock.now() - since >= GATHER_MS
  }

  const isFull = (): boolean => gathering.bytes >= (fault === null ? CUT_BYTES : OUTAGE_BYTES)

  /** Waits until a time, or for what it gives to be called. */
  async function pause(ms: number | null, give: (wake: () => void) => void): Promise<void> {
    let cancel = () => {}
    await new Promise<void>((resolve) => {
      give(resolve)
      if (signal.aborted) resolve()
      else if (ms !== null) cancel = clock.after(Math.max(1, ms), resolve)
    })
    cancel()
  }

  /** The next piece, when it is time for it; undefined when closed. */
  async function next(): Promise<Gathered | undefined> {
    while (!signal.aborted) {
      if (isDue()) return gathering.take()
      const { since } = gathering
      await pause(since === null ? null : since + GATHER_MS - clock.now(), (wake) => {
        kick = wake
      })
    }
    return undefined
  }

  /** Does it again until it is done; false when closed. */
  async function untilDone(work: () => Promise<void>): Promise<boolean> {
    while (!signal.aborted) {
      try {
        await work()
        failures = 0
        fault = null
        onRoom()
        return true
      } catch (err) {
        if (signal.aborted) return false
        failures += 1
        fault = toFault(err)
        share.figures.failures += 1
        if (failures === 1)
          log.warn({ err, chain: chain.chain }, 'changes could not be archived; it is tried again')
        options.onFailure()
        await pause(Math.min(PAUSE_MS, backOff(failures + 1)), (wake) => {
          again = wake
        })
      }
    }
    return false
  }

  async function store(gathered: Gathered): Promise<void> {
    const packed = await packPiece(gathered.data, key)
    const name = `${prefix}/${pieceName(gathered.piece)}`
    const put = () =>
      share.puts.run(async () => {
        signal.throwIfAborted()
        await options.store().put(name, Readable.from([packed]), signal, packed.length)
      })
    if (!(await untilDone(put))) return
    share.figures.archivedBytes += gathered.bytes
    stored = gathered.piece.end
    raise(gathered.piece.coversUntil)
    merging.add(gathered.piece)
  }

  async function write(): Promise<void> {
    const { prepare } = options
    if (prepare) {
      prepared = await untilDone(() => prepare(signal))
      settle()
      if (prepared) options.onPrepared()
    }
    for (let piece = await next(); piece; piece = await next()) {
      inFlight = piece
      onRoom()
      await store(piece)
      if (signal.aborted) return
      inFlight = undefined
      settle()
      options.onStored()
    }
  }

  function raise(at: number): void {
    // It falls only when it lies ahead of the clock, which was put back then.
    if (at > archivedAt || archivedAt > Date.now()) archivedAt = at
  }

  function settle(): void {
    if (!prepared) return
    const reached = waiting.filter(({ lsn }) => lsn <= stored)
    waiting = waiting.filter(({ lsn }) => lsn > stored)
    for (const { done } of reached) done.resolve()
  }

  const writing = write().catch((err: unknown) => {
    log.error({ err, chain: chain.chain }, 'an archive met an unexpected error')
  })

  return {
    chain,
    get received() {
      return gathering.end
    },
    get stored() {
      return stored
    },
    get archivedAt() {
      return archivedAt
    },
    get oldest() {
      return inFlight?.since ?? gathering.since
    },
    get fault() {
      return fault
    },
    get prepared() {
      return prepared
    },
    get small() {
      return merging.small
    },
    add(change) {
      const wasEmpty = gathering.since === null
      gathering.add(change, clock.now())
      if (wasEmpty || isDue()) kick()
    },
    get hasRoom() {
      return !isFull() || signal.aborted
    },
    async room() {
      while (isFull() && !signal.aborted) {
        await new Promise<void>((resolve) => {
          onRoom = resolve
        })
      }
    },
    hurry() {
      hurried = true
      kick()
    },
    async storedUntil(lsn) {
      if (lsn <= stored && prepared) return
      if (signal.aborted) throw new WriterClosed('this chain is not written any more')
      const done = Promise.withResolvers<void>()
      waiting.push({ lsn, done })
      if (lsn > wanted) wanted = lsn
      kick()
      await done.promise
    },
    raise,
    retry() {
      again()
      kick()
    },
    async close() {
      over.abort(new WriterClosed('this chain is not written any more'))
      again()
      kick()
      onRoom()
      for (const { done } of waiting.splice(0)) done.reject(signal.reason)
      await Promise.all([writing, merging.close()])
    },
  }
}
