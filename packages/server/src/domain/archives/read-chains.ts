import type { Fault } from '@croft/protocol'
import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { isConnected } from '../targets/index.ts'
import type { Reach } from './spans.ts'

/** An archive without a gap, as its agent last told of it. */
export interface Chain extends Reach {
  readonly databaseId: string
  readonly instanceId: string
  readonly backupTargetId: string | null
  readonly encrypted: boolean
  readonly lagBytes: number
  readonly fault: Fault | null
}

/** The chains of some databases that are not removed, oldest first. Authorizes nothing. */
export async function readChains(db: Executor, databaseIds: readonly string[]): Promise<Chain[]> {
  if (databaseIds.length === 0) return []
  const rows = await db
    .selectFrom('archive_chains')
    .innerJoin('instances', 'instances.id', 'archive_chains.instance_id')
    .innerJoin('targets', 'targets.id', 'instances.target_id')
    .where('instances.database_id', 'in', [...databaseIds])
    .where('archive_chains.removed_at', 'is', null)
    .selectAll('archive_chains')
    .select([
      'instances.database_id',
      'instances.epoch as wanted_epoch',
      'targets.connected_at',
      'targets.last_seen_at',
    ])
    .select((eb) =>
      eb
        .selectFrom('backups')
        .whereRef('backups.instance_id', '=', 'archive_chains.instance_id')
        .whereRef('backups.chain', '=', 'archive_chains.chain')
        .where(sql<boolean>`backups.backup_target_id is not distinct from archive_chains.backup_target_id`)
        .where('backups.state', '=', 'completed')
        .where('backups.found_bad', '=', false)
        // An older one, which somebody keeps, is a backup still, but nothing leads on from it.
        .where(sql<boolean>`coalesce(backups.start_lsn::pg_lsn >= archive_chains.trimmed_lsn::pg_lsn, true)`)
        .select((first) => first.fn.min('backups.consistent_at').as('at'))
        .as('first_consistent_at'),
    )
    .orderBy('archive_chains.started_at')
    .orderBy('archive_chains.epoch')
    .execute()
  return rows.map((row) => ({
    databaseId: row.database_id,
    instanceId: row.instance_id,
    chain: row.chain,
    backupTargetId: row.backup_target_id,
    encrypted: row.encrypted,
    startedAt: row.started_at,
    baseKey: row.base_key,
    trimmed: row.trimmed_lsn !== null,
    firstConsistentAt: row.first_consistent_at,
    state: row.state,
    archivedAt: row.archived_at,
    endedAt: row.ended_at,
    isReplaced: row.epoch < row.wanted_epoch,
    hostConnected: isConnected(row),
    lagBytes: row.lag_bytes,
    fault: row.fault,
  }))
}
