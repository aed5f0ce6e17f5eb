import type { Clock } from '../instances/clock.ts'

/** A change that is not archived after so long, in ms, or so many bytes of them, are told. */
const LATE_MS = 10_000
const FAR_BYTES = 64 * 1024 * 1024
/** It is over only with so few: at the limit it would come and go. */
const NEAR_BYTES = 8 * 1024 * 1024

export interface LagWatch {
  readonly lagging: boolean
  /** Looks again: something was stored, or came, or failed. */
  look(): void
  close(): void
}

export interface LagWatchOptions {
  readonly clock: Clock
  /** Since when the oldest change waits, in the clock's ms; null when none does. */
  since(): number | null
  bytes(): number
  /** It has begun to lag, still does (every ten seconds), or has caught up after so many ms. */
  onLag(state: 'began' | 'lasts' | 'ended', ms: number): void
}

/** Sees an archive that does not keep up. Has a timer only while something waits. */
export function createLagWatch({ clock, since, bytes, onLag }: LagWatchOptions): LagWatch {
  let began: number | null = null
  let closed = false
  let armed = false
  let cancel = () => {}

  function judge(): void {
    const now = clock.now()
    const oldest = since()
    const late = oldest !== null && now - oldest >= LATE_MS
    if (began === null && (late || bytes() > FAR_BYTES)) {
      began = now
      onLag('began', 0)
    } else if (began !== null && !late && bytes() <= NEAR_BYTES) {
      const ms = now - began
      began = null
      onLag('ended', ms)
    }
  }

  function arm(): void {
    const oldest = since()
    if (armed || closed || (oldest === null && began === null)) return
    const due = began !== null || oldest === null ? LATE_MS : oldest + LATE_MS - clock.now()
    armed = true
    cancel = clock.after(Math.max(1, due), () => {
      armed = false
      if (closed) return
      const lasted = began
      judge()
      if (lasted !== null && began === lasted) onLag('lasts', clock.now() - lasted)
      arm()
    })
  }

  return {
    get lagging() {
      return began !== null
    },
    look() {
      if (closed) return
      judge()
      arm()
    },
    close() {
      closed = true
      cancel()
    },
  }
}
