import type { ArchiveState, InstancePower, ObservedArchive } from '@croft/protocol'
import type { Archiver } from '../archive/archiver.ts'
import type { KnownArchive } from '../archive/known-archive.ts'

/** What the control plane is told of an archive. */
export function observeArchive(
  known: KnownArchive,
  power: InstancePower,
  archiver: Pick<Archiver, 'lagging' | 'fault' | 'lag'> | null,
): ObservedArchive {
  const { chain, archivedAt, complete } = known
  const asleep: ArchiveState = complete ? 'complete' : 'incomplete'
  const state = archiver?.lagging ? 'lagging' : power === 'asleep' ? asleep : 'streaming'
  return {
    chain: chain.chain,
    epoch: chain.epoch,
    startedAt: chain.startedAt,
    startLsn: chain.startLsn,
    baseKey: chain.baseKey,
    state,
    archivedAt,
    lagBytes: archiver?.lag.bytes ?? 0,
    ...(archiver?.fault ? { fault: archiver.fault } : {}),
  }
}
