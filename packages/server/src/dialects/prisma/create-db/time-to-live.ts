const HOUR_MS = 3_600_000
/** The limits of the original worker; its clients check them too. */
export const SHORTEST_MS = HOUR_MS / 2
export const LONGEST_MS = 24 * HOUR_MS

/** When a temporary project ends, from `ttlMs`; null when that is out of range or no whole number. */
export function expiryOf(ttlMs: unknown, now: Date): Date | null {
  const given = ttlMs ?? LONGEST_MS
  if (typeof given !== 'number' || !Number.isInteger(given)) return null
  if (given < SHORTEST_MS || given > LONGEST_MS) return null
  return new Date(now.getTime() + given)
}
