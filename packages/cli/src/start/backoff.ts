export interface Backoff {
  readonly firstMs: number
  readonly longestMs: number
  /** A process that lived this long has recovered: the next death counts as the first. */
  readonly healthyMs: number
}

/** How long to wait before the next start, after so many deaths in a row (1 or more). */
export function restartDelay(deaths: number, backoff: Backoff): number {
  return Math.min(backoff.firstMs * 2 ** (deaths - 1), backoff.longestMs)
}
