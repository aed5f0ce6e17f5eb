import type { RestoreMark, Task } from '@croft/protocol'
import type { ChainManifest } from '../archive/chain.ts'
import { formatLsn, parseLsn } from '../archive/lsn.ts'
import { markName } from '../archive/mark-name.ts'
import { AgentFault } from '../fault.ts'
import type { Instance } from '../instances/instance.ts'

/** What is not archived within so long is not told as a point that can be restored to, in ms. */
const ARCHIVED_MS = 60_000

/** Leaves a mark in the log and has it archived. Throws `AgentFault`, or the signal's reason. */
export async function markRestorePoint(
  { restorePointId }: Extract<Task, { kind: 'mark-restore-point' }>,
  instance: Instance | undefined,
  signal: AbortSignal,
): Promise<RestoreMark> {
  if (!instance) throw new AgentFault('instance-unknown', 'The database is not on this host.')
  const hold = await instance.hold(signal)
  try {
    const { server } = hold
    if (!server.markLog || !instance.desired.archive) {
      throw new AgentFault('archive-incomplete', 'The changes of this database are not archived.')
    }
    const { lsn, at } = await server.markLog(markName(restorePointId))
    const chain = await archivedIn(instance, signal)
    if (!chain || parseLsn(chain.startLsn) >= lsn) {
      const message = 'The mark is in no archive: changes were dropped before they were archived.'
      throw new AgentFault('archive-broken', message)
    }
    return { at: at.toISOString(), lsn: formatLsn(lsn), chain: chain.chain }
  } finally {
    hold.release()
  }
}

async function archivedIn(instance: Instance, signal: AbortSignal): Promise<ChainManifest | undefined> {
  const late = AbortSignal.timeout(ARCHIVED_MS)
  try {
    return await instance.flushArchive(AbortSignal.any([signal, late]))
  } catch (cause) {
    if (signal.aborted || !late.aborted) throw cause
    const message = 'The mark could not be archived: the backup target does not answer in time.'
    throw new AgentFault('target-unreachable', message, { cause })
  }
}
