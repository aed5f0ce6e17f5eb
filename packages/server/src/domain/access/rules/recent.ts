/** What an entry costs besides its weight. */
const OVERHEAD = 2_000

/** What was asked for lately, by key; together never heavier than `most`, in characters. */
export function createRecent<Value>(most: number) {
  const kept = new Map<string, { readonly value: Value; readonly weight: number }>()
  let total = 0

  function forget(key: string): void {
    total -= kept.get(key)?.weight ?? 0
    kept.delete(key)
  }

  return {
    get(key: string): Value | undefined {
      const known = kept.get(key)
      if (known === undefined) return undefined
      // Asked for last, forgotten last.
      kept.delete(key)
      kept.set(key, known)
      return known.value
    },
    /** Keeps a value, unless it is too heavy by itself. */
    keep(key: string, value: Value, characters: number): void {
      forget(key)
      const weight = key.length + characters + OVERHEAD
      if (weight > most) return
      kept.set(key, { value, weight })
      total += weight
      for (const oldest of kept.keys()) {
        if (total <= most) break
        forget(oldest)
      }
    },
  }
}
