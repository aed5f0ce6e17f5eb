import type { Lsn } from './lsn.ts'

/**
 * Archived bytes `[start, end)` of a chain's log. `coversUntil` is a moment of the server's clock, in ms: every commit
 * that was acknowledged before it lies before `end`. Not when the bytes were sent: under load a server sends them
 * long after their commits.
 */
export interface Piece {
  readonly start: Lsn
  readonly end: Lsn
  readonly coversUntil: number
}

/**
 * An instance's archive lies beside its backups: `<instance>/archive/<chain>/chain.json` and, below
 * `<instance>/archive/<chain>/log/`, its pieces. All of a piece is in its name, so that a listing finds what a
 * restore needs; names sort by position.
 */
export const chainKey = (instanceId: string, chain: string): string => `${instanceId}/archive/${chain}`
export const chainManifestName = 'chain.json'
export const logKey = (instanceId: string, chain: string): string => `${chainKey(instanceId, chain)}/log`

export function pieceName({ start, end, coversUntil }: Piece): string {
  const hex = (lsn: Lsn) => lsn.toString(16).padStart(16, '0')
  return `${hex(start)}-${hex(end)}-${coversUntil}.zst`
}

/** The piece of a name, or undefined for another file's. */
export function parsePieceName(name: string): Piece | undefined {
  const [, start, end, coversUntil] = /^([0-9a-f]{16})-([0-9a-f]{16})-(\d{1,15})\.zst$/.exec(name) ?? []
  if (start === undefined || end === undefined || coversUntil === undefined) return undefined
  const piece = { start: BigInt(`0x${start}`), end: BigInt(`0x${end}`), coversUntil: Number(coversUntil) }
  return piece.start < piece.end ? piece : undefined
}
