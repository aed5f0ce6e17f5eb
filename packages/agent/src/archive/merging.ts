import type { Logger } from 'pino'
import type { BackupStore } from '../backups/targets/target.ts'
import { AgentFault } from '../fault.ts'
import type { ArchiveShare } from './archive-share.ts'
import { areEnough, isSmall, mergedPieces, mergePieces, removePieces } from './merge-pieces.ts'
import type { Piece } from './piece-key.ts'

/** Merges small pieces as they come, one run at a time, beside what is stored next. */
export interface Merging {
  /** The last pieces that are too small, in order. */
  readonly small: readonly Piece[]
  /** A piece is stored that follows on the one before. */
  add(piece: Piece): void
  close(): Promise<void>
}

export interface MergingOptions {
  readonly log: Logger
  readonly share: ArchiveShare
  store(): BackupStore
  readonly prefix: string
  readonly key: Buffer | null
  readonly small: readonly Piece[]
  /** Pieces that an earlier merge has left behind. */
  readonly superseded: readonly Piece[]
  readonly signal: AbortSignal
}

export function createMerging(options: MergingOptions): Merging {
  const { log, share, prefix, key, signal } = options
  let small = [...options.small]
  let superseded: readonly Piece[] = options.superseded
  let busy = false
  let running: Promise<void> = Promise.resolve()

  async function merge(run: readonly Piece[]): Promise<void> {
    try {
      await share.merges.run(async () => {
        signal.throwIfAborted()
        const store = options.store()
        const stale = superseded
        superseded = []
        if (stale.length > 0) await removePieces(stale, { store, prefix, signal })
        await mergePieces(run, { store, prefix, key, signal })
      })
    } catch (err) {
      if (signal.aborted) return
      // They are whole and can be read as they are. Some may be gone: trimmed, or removed after a merge.
      const gone = err instanceof AgentFault && err.code === 'backup-missing'
      if (!gone) log.warn({ err, pieces: run.length }, 'pieces of an archive could not be merged')
    }
  }

  return {
    get small() {
      return small
    },
    add(piece) {
      if (!isSmall(piece)) {
        small = []
        return
      }
      if (small.at(-1)?.end !== piece.start) small = []
      small.push(piece)
      if (busy || !areEnough(small)) return
      const run = small.splice(0, mergedPieces)
      busy = true
      running = merge(run).finally(() => {
        busy = false
      })
    },
    close: () => running,
  }
}
