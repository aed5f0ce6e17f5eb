const DAY_MS = 86_400_000

/** Before that, a database of so many days of retention cannot be restored to, though pieces may still be there. */
export const retainedSince = (now: Date, retentionDays: number): Date =>
  new Date(now.getTime() - retentionDays * DAY_MS)
