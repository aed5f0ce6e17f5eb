/** Decides which connections may begin, and how long a failing address waits for its answers. */
export interface Admission {
  /** Takes a place for an unfinished startup; undefined when there is none. Leave it with `leave`, once or more. */
  enter(address: string): { leave(): void } | undefined
  failed(address: string): void
  /** Milliseconds to hold back the answer to a failure of this address. Those who succeed never wait. */
  delayFor(address: string): number
}

export interface AdmissionLimits {
  readonly pendingStartups: number
  readonly pendingStartupsPerAddress: number
  readonly failuresPerMinute: number
  readonly failureDelayMs: number
}

const WINDOW_MS = 60_000
/** Addresses whose failures are remembered; an attacker with more of them finds the oldest forgotten. */
const MAX_ADDRESSES = 10_000

export function createAdmission(limits: AdmissionLimits, now = () => performance.now()): Admission {
  const pending = new Map<string, number>()
  const failures = new Map<string, { count: number; since: number }>()
  let total = 0

  const recentFailures = (address: string) => {
    const entry = failures.get(address)
    return entry && now() - entry.since < WINDOW_MS ? entry : undefined
  }

  return {
    enter(address) {
      const here = pending.get(address) ?? 0
      if (total >= limits.pendingStartups || here >= limits.pendingStartupsPerAddress) return undefined
      total += 1
      pending.set(address, here + 1)
      let left = false
      return {
        leave() {
          if (left) return
          left = true
          total -= 1
          const rest = (pending.get(address) ?? 1) - 1
          if (rest === 0) pending.delete(address)
          else pending.set(address, rest)
        },
      }
    },
    failed(address) {
      const entry = recentFailures(address)
      if (entry) {
        entry.count += 1
        return
      }
      failures.delete(address)
      for (const oldest of failures.keys()) {
        if (failures.size < MAX_ADDRESSES) break
        failures.delete(oldest)
      }
      failures.set(address, { count: 1, since: now() })
    },
    delayFor: (address) =>
      (recentFailures(address)?.count ?? 0) > limits.failuresPerMinute ? limits.failureDelayMs : 0,
  }
}
