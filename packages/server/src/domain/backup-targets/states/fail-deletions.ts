import { sql } from 'kysely'
import type { Executor } from '../../../platform/db/connect.ts'
import { STATE_FAULTS } from './target-state.ts'

/** Notes of hosts that could store there and are away that the target cannot be removed from them. Returns how many. */
export async function failDeletions(tx: Executor, backupTargetId: string): Promise<number> {
  const { rows } = await sql`
    update backup_target_states s
    set state = 'failed_delete', error = ${JSON.stringify(STATE_FAULTS.notDeleted)}::jsonb,
      updated_at = clock_timestamp()
    from deployment_targets d join targets t on t.id = d.target_id
    where s.backup_target_id = ${backupTargetId} and d.id = s.deployment_target_id and d.deleted_at is null
      and s.px_credentials_id is not null
      and (t.connected_at is null or t.last_seen_at is null or t.last_seen_at < now() - interval '30 seconds')
    returning s.deployment_target_id`.execute(tx)
  return rows.length
}
