import { sql } from 'kysely'
import type { Db, Executor } from '../../../platform/db/connect.ts'
import { transact } from '../../../platform/db/transact.ts'
import type { Signals } from '../../../platform/signals/index.ts'
import { askProbe } from '../ask-probe.ts'
import { STATE_FAULTS } from './target-state.ts'

export const SYNC_STATES_JOB = 'sync-backup-target-states'

/** Targets seen to in one run; the next run takes the others. */
const LIMIT = 500

/**
 * Deployment targets that joined after a backup target was made are asked too; of those that are away it is said. What
 * they were asked waits for them.
 */
export async function syncStates(deps: { db: Db; signals: Signals }): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select distinct b.id from backup_targets b
    join deployment_targets d on d.workspace_id = b.workspace_id
    where b.deleted_at is null and d.deleted_at is null and d.target_id is not null
      and not exists (
        select from backup_target_states s
        where s.backup_target_id = b.id and s.deployment_target_id = d.id
      )
      and not exists (
        select from agent_tasks a
        where a.target_id = d.target_id and a.finished_at is null and a.task->>'backupTargetId' = b.id::text
      )
    limit ${LIMIT}`.execute(deps.db)
  for (const { id } of rows) await transact(deps.db, (tx) => askProbe(tx, deps.signals, id))
  await noteAway(deps.db)
}

/** Those whose agent is not connected half a minute after it was asked. */
async function noteAway(db: Executor): Promise<void> {
  await sql`
    insert into backup_target_states as s (backup_target_id, deployment_target_id, state, error)
    select distinct b.id, d.id, 'failed_create', ${JSON.stringify(STATE_FAULTS.unavailable)}::jsonb
    from agent_tasks a
    join targets t on t.id = a.target_id
    join deployment_targets d on d.target_id = t.id and d.deleted_at is null
    join backup_targets b on b.workspace_id = d.workspace_id and b.deleted_at is null
      and b.id::text = a.task->>'backupTargetId'
    where a.finished_at is null and a.task->>'kind' = 'probe-target'
      and a.created_at < now() - interval '30 seconds'
      and (t.connected_at is null or t.last_seen_at is null or t.last_seen_at < now() - interval '30 seconds')
    on conflict (backup_target_id, deployment_target_id) do update set
      state = case when s.px_credentials_id is null then 'failed_create' else 'failed_update' end,
      error = excluded.error, updated_at = clock_timestamp()
    where s.state = 'pending'`.execute(db)
}
