import type { BackupTarget } from '@croft/protocol'
import type { BackupStore } from '../backups/targets/target.ts'
import type { InitialCopy } from '../engines/engine.ts'
import type { Clock } from '../instances/clock.ts'
import { createLimiter, type Limiter } from '../instances/limiter.ts'
import { locationOf } from './place.ts'
import { storeInitial } from './store-initial.ts'

/** Pieces stored at one time, over all databases of a host. */
const PUTS = 8
const MERGES = 2
/** Databases woken at one time because their last changes are not archived. */
const COMPLETIONS = 2
/** A target that hangs must not hold up what goes to others, in ms. */
const PATIENCE_MS = 5000
/** A target that was found to answer, or not to, is not asked again for so long, in ms. */
const ASKED_MS = 10_000

/** What the archives of all instances of a host share. */
export interface ArchiveShare {
  openStore(target: BackupTarget): BackupStore
  readonly puts: Limiter
  readonly merges: Limiter
  readonly completions: Limiter
  readonly figures: { archivedBytes: number; failures: number }
  /** Throws `AgentFault` when a target does not accept anything now. */
  reach(target: BackupTarget): Promise<void>
  /** Stores what a template's empty databases began with, once for each target; gives its key. */
  storeInitial(
    target: BackupTarget,
    copy: InitialCopy,
    about: { readonly engine: string; readonly version: string },
    signal: AbortSignal,
  ): Promise<string>
}

export function createArchiveShare(
  clock: Clock,
  openStore: (target: BackupTarget) => BackupStore,
): ArchiveShare {
  const initials = new Map<string, Promise<string>>()
  const asked = new Map<string, Promise<void>>()
  return {
    openStore,
    puts: createLimiter(PUTS, { clock, patienceMs: PATIENCE_MS }),
    merges: createLimiter(MERGES, { clock, patienceMs: PATIENCE_MS }),
    completions: createLimiter(COMPLETIONS),
    figures: { archivedBytes: 0, failures: 0 },
    reach(target) {
      const name = JSON.stringify(target)
      const known = asked.get(name)
      if (known) return known
      const answer = Promise.try(() => openStore(target).probe())
      asked.set(name, answer)
      answer.catch(() => {})
      clock.after(ASKED_MS, () => asked.delete(name))
      return answer
    },
    storeInitial(target, copy, about, signal) {
      // Whatever the databases' keys: who stores it anew removes first what is there.
      const name = `${locationOf(target)} ${copy.systemId}`
      const known = initials.get(name)
      if (known) return known
      const storing = storeInitial(openStore(target), copy, about, signal)
      initials.set(name, storing)
      storing.catch(() => initials.delete(name))
      return storing
    },
  }
}
