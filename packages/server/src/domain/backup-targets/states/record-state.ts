import { sql } from 'kysely'
import type { Executor } from '../../../platform/db/connect.ts'
import type { StoredFault } from '../../../platform/db/deployment-tables.ts'

export interface HostResult {
  readonly backupTargetId: string
  readonly workspaceId: string
  readonly hostId: string
  /** Null when it could store something there. */
  readonly fault: StoredFault | null
}

/**
 * Notes for the workspace's view of a host whether it could store something there; nothing where it has none. One that
 * could before has not failed to create but to update.
 */
export async function recordState(
  tx: Executor,
  { backupTargetId, workspaceId, hostId, fault }: HostResult,
): Promise<void> {
  const error = fault === null ? null : JSON.stringify(fault)
  const first = fault === null ? 'successful' : 'failed_create'
  const name = `pdscreds-${backupTargetId}`
  await sql`
    insert into backup_target_states as s
      (backup_target_id, deployment_target_id, state, error, px_credentials_id, px_credentials_name)
    select ${backupTargetId}, id, ${first}, ${error}::jsonb,
      case when ${fault === null} then gen_random_uuid() end, case when ${fault === null} then ${name} end
    from deployment_targets
    where workspace_id = ${workspaceId} and target_id = ${hostId} and deleted_at is null
    on conflict (backup_target_id, deployment_target_id) do update set
      state = case
        when excluded.state = 'failed_create' and s.px_credentials_id is not null then 'failed_update'
        else excluded.state
      end,
      error = excluded.error,
      px_credentials_id = coalesce(s.px_credentials_id, excluded.px_credentials_id),
      px_credentials_name = coalesce(s.px_credentials_name, excluded.px_credentials_name),
      updated_at = clock_timestamp()`.execute(tx)
}

/** Whether a host other than this one that is connected could not store there when it last tried. */
export async function failsElsewhere(
  tx: Executor,
  { backupTargetId, hostId }: Pick<HostResult, 'backupTargetId' | 'hostId'>,
): Promise<boolean> {
  const row = await tx
    .selectFrom('backup_target_states as s')
    .innerJoin('deployment_targets', 'deployment_targets.id', 's.deployment_target_id')
    .innerJoin('targets', 'targets.id', 'deployment_targets.target_id')
    .select('s.backup_target_id')
    .where('s.backup_target_id', '=', backupTargetId)
    .where('s.state', 'in', ['failed_create', 'failed_update'])
    .where('targets.id', '!=', hostId)
    .where('targets.connected_at', 'is not', null)
    .where('deployment_targets.deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
