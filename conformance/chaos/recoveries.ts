/** How long things took to work again, in seconds. */
export interface Recoveries {
  note(what: string, seconds: number): void
  /** Lines of a table: what, how often, median, 99th percentile. */
  table(): string[]
}

export function createRecoveries(): Recoveries {
  const noted = new Map<string, number[]>()
  return {
    note(what, seconds) {
      noted.set(what, [...(noted.get(what) ?? []), seconds])
    },
    table() {
      const all = [...noted.values()].flat()
      const rows = [...noted].sort(([a], [b]) => (a < b ? -1 : 1))
      if (all.length > 0) rows.push(['everything', all])
      return rows.map(
        ([what, seconds]) =>
          `  ${what.padEnd(34)}${String(seconds.length).padStart(5)} times  p50 ${at(seconds, 0.5)} s  p99 ${at(seconds, 0.99)} s`,
      )
    },
  }
}

function at(seconds: readonly number[], share: number): string {
  const sorted = [...seconds].sort((a, b) => a - b)
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2).padStart(6)
}
