import { markName } from '../../../archive/mark-name.ts'
import type { PendingRecovery } from './recovery-file.ts'

/**
 * What a server needs besides its settings while it replays. The changes lie in pg_wal already, so the command
 * that would fetch them has nothing to give. No sessions meanwhile, which also makes the limits of the server that
 * wrote the changes (max_connections, ...) no matter.
 */
export function recoverySettings(pending: PendingRecovery): Record<string, string> {
  return {
    restore_command: 'exit 1',
    hot_standby: 'off',
    recovery_target_timeline: 'current',
    recovery_target_inclusive: 'on',
    recovery_target_action: 'promote',
    ...target(pending),
  }
}

function target({ until, toTheEnd }: PendingRecovery): Record<string, string> {
  if (toTheEnd || until.type === 'latest') return {}
  if (until.type === 'mark') return { recovery_target_name: markName(until.id) }
  // A client knows its commit to the millisecond, PostgreSQL to the microsecond: the whole of it is in.
  const at = new Date(until.at).toISOString().replace('T', ' ').replace('Z', '999+00')
  return { recovery_target_time: at }
}
