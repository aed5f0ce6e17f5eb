import type { DesiredInstance } from '@croft/protocol'

/** What decides the next step of one instance, taken from its state on disk and in memory. */
export interface Local {
  /** The epoch that serves; 0 when none does. */
  readonly servedEpoch: number
  /** The newest epoch that could not be made; 0 when none failed. */
  readonly failedEpoch: number
  /** Why it failed may pass: a full disk, a target out of reach. */
  readonly failureMayPass: boolean
  readonly applied: number
  /** Directories to remove. */
  readonly leftovers: number
  /** Nothing of it is on this host any more. */
  readonly gone: boolean
  /** The control plane does not know it: it is kept and not served. */
  readonly unknown: boolean
  /** A new epoch is taking the place of the served one. */
  readonly switching: boolean
  readonly asleep: boolean
  /** The server exited without being asked and has not been up since. */
  readonly crashed: boolean
  /** The running server was started with other resources than are wanted now. */
  readonly outgrown: boolean
  /** When to find out whether its server starts with the resources that are wanted; null when that is known. */
  readonly trialAt: number | null
  /** A backup or a copy reads from the server. */
  readonly held: boolean
  /** When a lane may try again after a failure, and when a server may start again; in the clock's ms. */
  readonly retryData: number
  readonly retryMake: number
  readonly retryServe: number
  readonly retryStart: number
}

export type Idle = { readonly do: 'nothing' } | { readonly do: 'wait'; readonly until: number }
/** Steps that change which data there is. */
export type DataStep =
  | Idle
  | { readonly do: 'make'; readonly epoch: number }
  | { readonly do: 'clean' }
  | { readonly do: 'remove' }
/** Steps on the server that serves. They run beside a `make`, so a rotated credential never waits for a restore. */
export type ServeStep =
  | Idle
  | { readonly do: 'apply'; readonly revision: number }
  | { readonly do: 'restart' }
  | { readonly do: 'start' }

export interface Plan {
  readonly data: DataStep
  readonly serve: ServeStep
}

const NOTHING: Idle = { do: 'nothing' }

/** The next step of each lane. Pure: the same state gives the same plan, and doing it leads towards `desired`. */
export function reconcile(desired: DesiredInstance, local: Local, now: number): Plan {
  if (local.unknown) return { data: NOTHING, serve: NOTHING }
  return { data: planData(desired, local, now), serve: planServe(desired, local, now) }
}

function planData(desired: DesiredInstance, local: Local, now: number): DataStep {
  const due = now >= local.retryData
  if (desired.presence === 'absent') {
    if (local.gone) return NOTHING
    return due ? { do: 'remove' } : { do: 'wait', until: local.retryData }
  }
  // Cleaning comes first since a restore may need the room, but a failing one does not stop a make.
  if (local.leftovers > 0 && due) return { do: 'clean' }
  if (desired.epoch > Math.max(local.servedEpoch, local.failedEpoch)) {
    return { do: 'make', epoch: desired.epoch }
  }
  if (local.leftovers > 0) return { do: 'wait', until: local.retryData }
  // Only a first one: after a failed restore the old data goes on, and who asked is told.
  const again =
    local.failureMayPass &&
    local.servedEpoch === 0 &&
    desired.settledEpoch === 0 &&
    desired.epoch === local.failedEpoch
  if (!again) return NOTHING
  return now >= local.retryMake
    ? { do: 'make', epoch: desired.epoch }
    : { do: 'wait', until: local.retryMake }
}

function planServe(desired: DesiredInstance, local: Local, now: number): ServeStep {
  if (desired.presence === 'absent' || local.servedEpoch === 0 || local.switching) return NOTHING
  // A backup under way is worth more than new memory settings at once; its end asks again.
  if (local.outgrown && !local.held) return { do: 'restart' }
  const trial = local.asleep && local.trialAt !== null ? Math.max(local.retryStart, local.trialAt) : null
  if (trial !== null && now >= trial) return { do: 'start' }
  const due = Math.max(local.retryServe, local.retryStart)
  if (local.applied < desired.revision) {
    return now >= due ? { do: 'apply', revision: desired.revision } : { do: 'wait', until: due }
  }
  if (local.asleep && (local.crashed || desired.idleTimeoutSeconds === 0)) {
    return now >= local.retryStart ? { do: 'start' } : { do: 'wait', until: local.retryStart }
  }
  return trial === null ? NOTHING : { do: 'wait', until: trial }
}
