import type { Fault, InstancePower, ObservedArchive, ObservedInstance } from '@croft/protocol'
import type { InstanceState } from './state.ts'

/** What an instance is besides its state on disk. */
export interface Moment {
  readonly gone: boolean
  readonly power: InstancePower
  readonly fault: Fault | null
  readonly progress: { doneBytes: number; totalBytes: number } | null
  readonly archive: ObservedArchive | undefined
  readonly port: number | undefined
  readonly storageFull: boolean
}

/** What the control plane is told of an instance. */
export function observe(id: string, state: InstanceState, moment: Moment): ObservedInstance {
  if (moment.gone) {
    const absent = { status: 'absent', power: 'asleep' } as const
    // How far it was archived in the end: what was told before may be older, or never have been sent.
    const archive = moment.archive ? { archive: moment.archive } : {}
    return { id, revision: state.desired.revision, epoch: 0, ...absent, ...archive }
  }
  const failedNow = state.failed !== null && state.failed.epoch >= state.desired.epoch
  return {
    id,
    revision: state.applied,
    epoch: state.served?.epoch ?? 0,
    status: state.served ? 'ready' : failedNow ? 'failed' : 'creating',
    power: moment.power,
    ...(state.failed ? { failedEpoch: state.failed } : {}),
    ...(moment.fault ? { fault: moment.fault } : {}),
    ...(moment.progress ? { progress: moment.progress } : {}),
    ...(moment.archive ? { archive: moment.archive } : {}),
    ...(moment.port === undefined ? {} : { port: moment.port }),
    ...(moment.storageFull ? { storageFull: true } : {}),
  }
}
