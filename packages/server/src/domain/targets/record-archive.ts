import type { ObservedArchive, ObservedInstance } from '@croft/protocol'
import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { addJob } from '../../platform/queue/index.ts'

/** Name of the job that starts the backups whose time has come, and those that an archive cannot be used without. */
export const SCHEDULE_BACKUPS_JOB = 'schedule-backups'

/**
 * Keeps what an agent says of an instance's archive. A chain is entered once the agent has applied where it is to lie:
 * before that, it may be one of the place before. Asks for a backup when it goes on from none.
 */
export async function recordArchive(
  tx: Executor,
  observed: Pick<ObservedInstance, 'id' | 'archive' | 'revision' | 'status'>,
): Promise<void> {
  const { archive } = observed
  if (archive) await enter(tx, observed, archive)
  if (!archive || observed.status === 'absent') await endChains(tx, observed)
}

async function enter(
  tx: Executor,
  observed: Pick<ObservedInstance, 'id' | 'revision' | 'status'>,
  archive: ObservedArchive,
): Promise<void> {
  const { id } = observed
  const changes = {
    base_key: archive.baseKey,
    state: archive.state,
    archived_at: new Date(archive.archivedAt),
    lag_bytes: Math.round(archive.lagBytes),
    fault: archive.fault ?? null,
    ended_at: null,
  }
  const known = await tx
    .updateTable('archive_chains')
    .set(changes)
    .where('instance_id', '=', id)
    .where('chain', '=', archive.chain)
    .where('removed_at', 'is', null)
    .returning('chain')
    .executeTakeFirst()
  if (!known) {
    const inserted = await tx
      .insertInto('archive_chains')
      .columns([
        'instance_id',
        'chain',
        'epoch',
        'backup_target_id',
        'encrypted',
        'started_at',
        'start_lsn',
        'base_key',
        'state',
        'archived_at',
        'lag_bytes',
        'fault',
      ])
      .expression((eb) =>
        eb
          .selectFrom('instances')
          .innerJoin('databases', 'databases.id', 'instances.database_id')
          .where('instances.id', '=', id)
          .where('instances.storage_revision', '<=', observed.revision)
          .select([
            'instances.id',
            sql<string>`${archive.chain}::text`.as('chain'),
            sql<number>`${archive.epoch}::integer`.as('epoch'),
            'databases.backup_target_id',
            'databases.backup_encryption',
            sql<Date>`${archive.startedAt}::timestamptz`.as('started_at'),
            sql<string>`${archive.startLsn}::text`.as('start_lsn'),
            sql<string | null>`${archive.baseKey}::text`.as('base_key'),
            sql<string>`${archive.state}::text`.as('state'),
            sql<Date>`${archive.archivedAt}::timestamptz`.as('archived_at'),
            sql<number>`${changes.lag_bytes}::bigint`.as('lag_bytes'),
            sql<null>`${archive.fault ? JSON.stringify(archive.fault) : null}::jsonb`.as('fault'),
          ]),
      )
      .onConflict((same) => same.doNothing())
      .returning('chain')
      .executeTakeFirst()
    if (!inserted) return
  }
  await tx
    .updateTable('archive_chains')
    .set({ ended_at: new Date() })
    .where('instance_id', '=', id)
    .where('chain', '!=', archive.chain)
    .where('ended_at', 'is', null)
    .execute()
  if (archive.baseKey === null && observed.status !== 'absent' && !(await hasBase(tx, id, archive.chain))) {
    await addJob(tx, SCHEDULE_BACKUPS_JOB, {}, { key: SCHEDULE_BACKUPS_JOB })
  }
}

async function hasBase(tx: Executor, instanceId: string, chain: string): Promise<boolean> {
  const base = await tx
    .selectFrom('backups')
    .select('id')
    .where('instance_id', '=', instanceId)
    .where((eb) =>
      eb.or([eb('state', '=', 'running'), eb.and([eb('state', '=', 'completed'), eb('chain', '=', chain)])]),
    )
    .limit(1)
    .executeTakeFirst()
  return base !== undefined
}

/** Nothing is archived any more: the database has gone, or its policy says so. */
async function endChains(
  tx: Executor,
  { id, status, revision }: Pick<ObservedInstance, 'id' | 'revision' | 'status'>,
): Promise<void> {
  await tx
    .updateTable('archive_chains')
    .from('instances')
    .innerJoin('databases', 'databases.id', 'instances.database_id')
    .whereRef('instances.id', '=', 'archive_chains.instance_id')
    .set({ ended_at: new Date() })
    .where('archive_chains.instance_id', '=', id)
    .where('archive_chains.ended_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb.val(status === 'absent'),
        eb.and([eb('databases.archived', '=', false), eb('instances.storage_revision', '<=', revision)]),
      ]),
    )
    .execute()
}
