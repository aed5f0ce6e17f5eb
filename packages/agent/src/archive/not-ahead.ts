/**
 * Until when every commit is archived, in ms, as it may be told. A clock that was put back makes moments recur: what
 * has waited for `waitedMs` is not archived, whatever was said of its moment before.
 */
export function notAhead(archivedAt: number, waitedMs: number, now = Date.now()): number {
  return archivedAt <= now ? archivedAt : now - Math.ceil(waitedMs)
}
