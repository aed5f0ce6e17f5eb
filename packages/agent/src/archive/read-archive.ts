import { buffer } from 'node:stream/consumers'
import type { RecoveryPoint } from '@croft/protocol'
import { openBytes } from '../backups/sealing/open.ts'
import type { BackupStore } from '../backups/targets/target.ts'
import { AgentFault } from '../fault.ts'
import { type Cover, coverLog } from './cover-log.ts'
import { listPieces } from './list-pieces.ts'
import type { Lsn } from './lsn.ts'
import { logKey, type Piece, pieceName } from './piece-key.ts'
import { unpackPiece } from './unpack-piece.ts'

export interface ReadArchiveOptions {
  readonly store: BackupStore
  readonly instanceId: string
  readonly chain: string
  /** The database's key, when the chain is encrypted. */
  readonly key: Buffer | null
  readonly from: Lsn
  readonly until: RecoveryPoint
  readonly signal: AbortSignal
}

export interface ArchivedLog {
  /** Bytes of the log from the first to the last that is read. */
  readonly sizeBytes: number
  /** Up to which moment every commit is in them, in ms of the server's clock; null when there are none. */
  readonly coversUntil: number | null
  /** Contiguous, from `from` on. To be read once. */
  readonly pieces: AsyncIterable<{ readonly start: Lsn; readonly data: Buffer }>
}

/** Pieces are fetched ahead of what is unpacked, so many at a time, as they are stored: 16 MiB is a large one. */
const fetchedAhead = 3
/** A piece may be merged away between a listing and its turn, each time by one that holds more. */
const listings = 5

/**
 * Reads a chain's log from a position up to a point. Throws `AgentFault`: `archive-broken` for a hole,
 * `backup-corrupt`, and what the store throws; `pieces` throws them too, and the signal's reason.
 */
export async function readArchive(options: ReadArchiveOptions): Promise<ArchivedLog> {
  const cover = await listCover(options, options.from)
  return {
    sizeBytes: Number(cover.end - options.from),
    coversUntil: cover.coversUntil,
    pieces: readPieces(options, cover),
  }
}

async function listCover({ store, instanceId, chain, until }: ReadArchiveOptions, from: Lsn): Promise<Cover> {
  const pieces = await listPieces(store, logKey(instanceId, chain))
  return coverLog(pieces, from, until)
}

async function* readPieces(
  options: ReadArchiveOptions,
  first: Cover,
): AsyncGenerator<{ start: Lsn; data: Buffer }> {
  let at = options.from
  let cover = first
  for (let listing = 1; ; listing++) {
    try {
      for await (const { piece, packed } of fetchAhead(options, cover.pieces)) {
        let start = piece.start
        for await (const data of unpackPiece(piece, packed)) {
          const end = start + BigInt(data.length)
          // Read already, as the end of a piece that overlaps with this one.
          const known = at > start ? Number(at - start) : 0
          if (known < data.length) yield { start: start + BigInt(known), data: data.subarray(known) }
          start = end
          if (end > at) at = end
        }
      }
      return
    } catch (error) {
      const gone = error instanceof AgentFault && error.code === 'backup-missing'
      if (!gone || listing === listings) throw error
      cover = await listCover(options, at)
    }
  }
}

/** Fetches pieces in order, some before they are asked for. */
async function* fetchAhead(
  { store, instanceId, chain, key, signal }: ReadArchiveOptions,
  pieces: readonly Piece[],
): AsyncGenerator<{ piece: Piece; packed: Buffer }> {
  const abort = new AbortController()
  const either = AbortSignal.any([signal, abort.signal])
  const fetchPiece = async (piece: Piece): Promise<Buffer> => {
    const stored = await buffer(await store.get(`${logKey(instanceId, chain)}/${pieceName(piece)}`, either))
    return key ? openBytes(key, stored) : stored
  }
  const ahead: { piece: Piece; packed: Promise<Buffer> }[] = []
  const waiting = pieces.values()
  const begin = () => {
    const { value: piece } = waiting.next()
    if (!piece) return
    const packed = fetchPiece(piece)
    // Looked at when it is its turn, or not at all when an earlier one fails.
    packed.catch(() => {})
    ahead.push({ piece, packed })
  }
  try {
    for (let n = 0; n < fetchedAhead; n++) begin()
    for (let next = ahead.shift(); next; next = ahead.shift()) {
      const packed = await next.packed
      begin()
      yield { piece: next.piece, packed }
    }
  } finally {
    abort.abort()
    await Promise.allSettled(ahead.map(({ packed }) => packed))
  }
}
