import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { openBytes } from '../backups/sealing/open.ts'
import { sealBytes } from '../backups/sealing/seal.ts'
import type { BackupStore } from '../backups/targets/target.ts'
import { type Piece, pieceName } from './piece-key.ts'

/** A piece of more bytes of the log than this stays as it is. */
export const smallBytes = 8 * 1024 * 1024
/** So many small ones, or ones that hold so many bytes, become one. */
export const mergedPieces = 64
export const mergedBytes = 16 * 1024 * 1024
/** Read at one time. */
const width = 8

export interface MergeOptions {
  readonly store: BackupStore
  /** Where the pieces lie. */
  readonly prefix: string
  readonly key: Buffer | null
  readonly signal: AbortSignal
}

export const isSmall = (piece: Piece): boolean => piece.end - piece.start < BigInt(smallBytes)

/** Whether small pieces that follow on one another are enough to become one. */
export function areEnough(pieces: readonly Piece[]): boolean {
  const [first] = pieces
  const last = pieces.at(-1)
  if (!first || !last || pieces.length === 1) return false
  return pieces.length >= mergedPieces || last.end - first.start >= BigInt(mergedBytes)
}

/**
 * Stores pieces that follow on one another as one, and then removes them. Frames stay as they are, one after the
 * other. Throws `AgentFault` `backup-missing` when one is gone.
 */
export async function mergePieces(pieces: readonly Piece[], options: MergeOptions): Promise<void> {
  const { store, prefix, key, signal } = options
  const [first] = pieces
  const last = pieces.at(-1)
  if (!first || !last) return
  const frames: Buffer[] = []
  for (let at = 0; at < pieces.length; at += width) {
    const some = pieces.slice(at, at + width).map(async (piece) => {
      const stored = await buffer(await store.get(`${prefix}/${pieceName(piece)}`, signal))
      return key ? openBytes(key, stored) : stored
    })
    frames.push(...(await Promise.all(some)))
  }
  const whole = Buffer.concat(frames)
  const content = key ? sealBytes(key, whole) : whole
  const merged = { start: first.start, end: last.end, coversUntil: last.coversUntil }
  await store.put(`${prefix}/${pieceName(merged)}`, Readable.from([content]), signal)
  await removePieces(pieces, options)
}

/** Oldest first: what is left is without a gap whenever this is cut short. */
export async function removePieces(
  pieces: readonly Piece[],
  { store, prefix, signal }: Pick<MergeOptions, 'store' | 'prefix' | 'signal'>,
): Promise<void> {
  const keys = pieces.map((piece) => `${prefix}/${pieceName(piece)}`)
  if (store.removeObjects) return store.removeObjects(keys)
  for (const key of keys) {
    signal.throwIfAborted()
    await store.remove(key)
  }
}
