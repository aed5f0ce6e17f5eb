import type { Executor } from '../../../platform/db/connect.ts'

/** Of a target that is reached otherwise now, nothing is known any more; what it is known by stays. */
export async function forgetStates(
  tx: Executor,
  backupTargetId: string,
  { failedOnly = false } = {},
): Promise<void> {
  let query = tx
    .updateTable('backup_target_states')
    .set({ state: 'pending', error: null, updated_at: new Date() })
    .where('backup_target_id', '=', backupTargetId)
  if (failedOnly) query = query.where('state', 'not in', ['pending', 'successful'])
  await query.execute()
}
