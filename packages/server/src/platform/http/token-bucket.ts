export interface Limit {
  /** Also how many may come at once. */
  readonly perMinute: number
}

export interface Taken {
  readonly allowed: boolean
  readonly remaining: number
  /** Seconds until the bucket is full again. */
  readonly reset: number
  /** Seconds until the next is allowed; 0 when it is now. */
  readonly retryAfter: number
}

/** A token bucket for each key; the ones used longest ago are forgotten beyond `most`, which fills them up. */
export function createBuckets({ perMinute }: Limit, { most = 10_000, now = () => performance.now() } = {}) {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const perMs = perMinute / 60_000

  function current(key: string): { tokens: number; at: number } {
    const at = now()
    const known = buckets.get(key)
    return { tokens: known ? Math.min(perMinute, known.tokens + (at - known.at) * perMs) : perMinute, at }
  }
  return {
    has: (key: string): boolean => buckets.has(key),
    forget: (key: string): void => void buckets.delete(key),
    size: (): number => buckets.size,
    take(key: string): Taken {
      const bucket = current(key)
      const allowed = bucket.tokens >= 1
      if (allowed) bucket.tokens -= 1
      // A Map keeps the order of insertion: the first is the one used longest ago.
      buckets.delete(key)
      buckets.set(key, bucket)
      if (buckets.size > most) {
        const oldest = buckets.keys().next()
        if (!oldest.done) buckets.delete(oldest.value)
      }
      return {
        allowed,
        remaining: Math.floor(bucket.tokens),
        reset: Math.ceil((perMinute - bucket.tokens) / perMs / 1000),
        retryAfter: allowed ? 0 : Math.ceil((1 - bucket.tokens) / perMs / 1000),
      }
    },
  }
}

export type Buckets = ReturnType<typeof createBuckets>
