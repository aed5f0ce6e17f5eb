const SHORTEST_MS = 200
const LONGEST_MS = 10_000

/** Pause before try number `attempt` (from 0): doubling, with up to half of it left to chance. */
export function retryDelay(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(attempt, 16))
  return Math.max(SHORTEST_MS, full * (0.5 + random() / 2))
}
