import type { BackupStore } from '../backups/targets/target.ts'
import type { Lsn } from './lsn.ts'
import { type Piece, parsePieceName } from './piece-key.ts'

/** The pieces below a prefix, by where they begin, longest first. */
export async function listPieces(store: BackupStore, prefix: string): Promise<Piece[]> {
  return piecesOf(
    prefix,
    (await store.list(prefix)).map((object) => object.key),
  )
}

export function piecesOf(prefix: string, keys: readonly string[]): Piece[] {
  const pieces: Piece[] = []
  for (const key of keys) {
    const piece = key.startsWith(`${prefix}/`) ? parsePieceName(key.slice(prefix.length + 1)) : undefined
    if (piece) pieces.push(piece)
  }
  return pieces.sort((a, b) => compare(a.start, b.start) || compare(b.end, a.end))
}

const compare = (a: Lsn, b: Lsn): number => (a < b ? -1 : a > b ? 1 : 0)

/** Pieces that lie wholly within a longer one: a merge was cut short before they were removed. */
export function supersededPieces(pieces: readonly Piece[]): Piece[] {
  const superseded: Piece[] = []
  let longest: Piece | undefined
  for (const piece of pieces) {
    if (longest && piece.end <= longest.end) superseded.push(piece)
    else longest = piece
  }
  return superseded
}

/** The small pieces at the end of a log that follow on one another, at most `limit` of them. */
export function trailingSmall(
  pieces: readonly Piece[],
  isSmall: (piece: Piece) => boolean,
  limit: number,
): Piece[] {
  const run: Piece[] = []
  for (const piece of pieces.toReversed()) {
    const [next] = run
    if (!isSmall(piece) || run.length === limit || (next && piece.end !== next.start)) break
    run.unshift(piece)
  }
  return run
}
