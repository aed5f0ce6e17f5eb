import type { ObservedInstance } from '@croft/protocol'
import type { DatabaseState } from './entities.ts'

export interface Situation {
  readonly state: DatabaseState
  /** What is wanted of the instance, and what its agent said last. */
  readonly revision: number
  readonly epoch: number
  /** The newest epoch whose data clients were promised; 0 when there was none. */
  readonly settledEpoch: number
  readonly observed: ObservedInstance | null
  readonly observedRevision: number
}

export type Step =
  /** Its server is up with all that is wanted: prove it by a login, then call it ready. */
  | { readonly do: 'confirm-ready' }
  | { readonly do: 'mark-failed'; readonly message: string }
  | { readonly do: 'finish-restore' }
  /** The old data goes on serving. */
  | { readonly do: 'abandon-restore'; readonly message: string }
  | { readonly do: 'finish-deletion' }
  | { readonly do: 'wait' }

const WAIT: Step = { do: 'wait' }

/** What to do about a database now. Pure: the worker may ask again at any time, in any order. */
export function nextStep(now: Situation): Step {
  const { observed } = now
  if (!observed) return WAIT
  const serves =
    observed.status === 'ready' && observed.epoch === now.epoch && now.observedRevision >= now.revision
  switch (now.state) {
    case 'provisioning':
      if (serves) return { do: 'confirm-ready' }
      if (observed.status === 'failed' && observed.failedEpoch?.epoch === now.epoch)
        return { do: 'mark-failed', message: observed.failedEpoch.fault.message }
      return WAIT
    case 'recovering':
      if (serves) return { do: 'finish-restore' }
      if (observed.failedEpoch?.epoch === now.epoch) {
        const { message } = observed.failedEpoch.fault
        // A database that had lost its data before has nothing to go back to: older data would pass for it.
        return observed.status === 'ready' && observed.epoch >= now.settledEpoch
          ? { do: 'abandon-restore', message }
          : { do: 'mark-failed', message }
      }
      return WAIT
    case 'deleting':
      return observed.status === 'absent' ? { do: 'finish-deletion' } : WAIT
    case 'ready':
      // Its host has lost the data that clients were promised.
      if (observed.failedEpoch?.epoch === now.epoch && observed.epoch !== now.epoch)
        return { do: 'mark-failed', message: observed.failedEpoch.fault.message }
      return WAIT
    case 'failed':
      // What hindered it has passed: its disk has room now, or is back.
      return serves ? { do: 'confirm-ready' } : WAIT
    case 'deleted':
      return WAIT
  }
}
