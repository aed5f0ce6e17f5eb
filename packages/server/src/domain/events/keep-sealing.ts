import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Db } from '../../platform/db/connect.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { SEAL_BATCH, sealEvents } from './seal-events.ts'

/** Between two sealings: a burst of events becomes one transaction. */
const PAUSE_MS = 250
/** Signals can be lost, and a process that sealed may die before its turn. */
const LOOK_EVERY_MS = 5_000

export interface SealingDeps {
  readonly db: Db
  readonly signals: Signals
  readonly log: Pick<Logger, 'warn'>
}

/** Seals events as they are committed until it is stopped. In several processes one does it at a time. */
export function keepSealing({ db, signals, log }: SealingDeps): () => Promise<void> {
  const stopping = new AbortController()
  const ends = AbortSignal.any([stopping.signal, signals.ending])

  async function loop(): Promise<void> {
    while (!ends.aborted) {
      const more = signals.waitFor('event', '', LOOK_EVERY_MS, ends)
      try {
        while ((await sealEvents(db)) === SEAL_BATCH && !ends.aborted);
      } catch (error) {
        if (!ends.aborted) log.warn({ err: error }, 'events could not be sealed; trying again')
      }
      await sleep(PAUSE_MS, undefined, { signal: ends }).catch(() => undefined)
      await more
    }
  }
  const done = loop()
  return async () => {
    stopping.abort()
    await done
  }
}
