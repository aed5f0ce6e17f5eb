import { sql } from 'kysely'
import type { Db, Executor } from '../../../platform/db/connect.ts'
import type { Call } from '../../access/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../../sorted-page.ts'
import { getBackupTarget } from '../read-targets.ts'
import type { SyncState, TargetState } from './target-state.ts'

export interface StateFilter {
  readonly backupTargetId: string
  readonly deploymentTargetId?: string | undefined
  readonly state?: string | undefined
}

const STATE = sql<SyncState>`coalesce(s.state, 'pending')`

/** One for every deployment target of the backup target's workspace: nothing is stored of those that nobody asked yet. */
function selectStates(db: Executor) {
  return db
    .selectFrom('backup_targets')
    .innerJoin('deployment_targets', 'deployment_targets.workspace_id', 'backup_targets.workspace_id')
    .leftJoin('backup_target_states as s', (join) =>
      join
        .onRef('s.backup_target_id', '=', 'backup_targets.id')
        .onRef('s.deployment_target_id', '=', 'deployment_targets.id'),
    )
    .where('deployment_targets.deleted_at', 'is', null)
    .select([
      'backup_targets.id as backup_target_id',
      'deployment_targets.id as deployment_target_id',
      STATE.as('state'),
      's.error',
      's.px_credentials_id',
      's.px_credentials_name',
    ])
}
type Row = Awaited<ReturnType<ReturnType<typeof selectStates>['execute']>>[number]

const toState = (row: Row): TargetState => ({
  backupTargetId: row.backup_target_id,
  deploymentTargetId: row.deployment_target_id,
  state: row.state,
  error: row.error,
  credentials:
    row.px_credentials_id === null || row.px_credentials_name === null
      ? null
      : { id: row.px_credentials_id, name: row.px_credentials_name },
})

const columns = {
  state: STATE,
  deployment_target_id: sql.ref('deployment_targets.id'),
  backup_target_id: sql.ref('backup_targets.id'),
}

/** Whether each deployment target can store in a backup target. Throws `backup-target-not-found`. */
export async function listStates(
  db: Db,
  call: Call,
  { backupTargetId, deploymentTargetId, state }: StateFilter,
  page: SortedPageRequest,
): Promise<SortedPage<TargetState>> {
  await getBackupTarget(db, call, backupTargetId)
  let query = selectStates(db).where('backup_targets.id', '=', backupTargetId)
  if (deploymentTargetId !== undefined) query = query.where('deployment_targets.id', '=', deploymentTargetId)
  if (state !== undefined) query = query.where(sql<boolean>`${STATE} = ${state}`)
  return readSortedPage({ query, columns, id: sql.ref('deployment_targets.id'), toItem: toState }, page)
}
