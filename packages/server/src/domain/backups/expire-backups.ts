import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Signals } from '../../platform/signals/index.ts'

const BATCH = 200

/**
 * Asks the agents to remove backups that are past their database's retention, and those of deleted databases;
 * failed ones too, which may have left a part. The newest completed backup of a database that exists is kept
 * whatever its age. Runs hourly and after a
 * database was deleted. Answers how many it asked for.
 */
export async function expireBackups(deps: { db: Db; signals: Signals }): Promise<number> {
  return transact(deps.db, async (tx) => {
    const expired = await tx
      .selectFrom('backups')
      .innerJoin('databases', 'databases.id', 'backups.database_id')
      .innerJoin('instances', 'instances.id', 'backups.instance_id')
      .select(['backups.id', 'backups.key', 'backups.target', 'backups.instance_id', 'instances.target_id'])
      .where('backups.state', 'in', ['completed', 'failed'])
      // Not one that a database is being made from at this moment.
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('instances as made')
              .innerJoin('databases as taker', 'taker.id', 'made.database_id')
              .where('taker.state', 'in', ['provisioning', 'recovering'])
              .where(sql<boolean>`made.origin->>'backupId' = backups.id::text`)
              .select('made.id'),
          ),
        ),
      )
      .where((eb) =>
        eb.or([
          eb('databases.deleted_at', 'is not', null),
          eb.and([
            eb(
              'backups.completed_at',
              '<',
              sql<Date>`now() - databases.backup_retention_days * interval '1 day'`,
            ),
            eb.exists(
              eb
                .selectFrom('backups as newer')
                .whereRef('newer.database_id', '=', 'backups.database_id')
                .whereRef('newer.id', '>', 'backups.id')
                .where('newer.state', '=', 'completed')
                .select('newer.id'),
            ),
          ]),
        ]),
      )
      .orderBy('backups.id')
      .limit(BATCH)
      .forUpdate(['backups'])
      .skipLocked()
      .execute()
    const targets = new Set<string>()
    for (const backup of expired) {
      const taskId = newId()
      const task = {
        id: taskId,
        kind: 'delete-backup',
        backupId: backup.id,
        // Where agents put what they never finished.
        key: backup.key ?? `${backup.instance_id}/${backup.id}`,
        target: backup.target,
      } as const
      await tx.insertInto('agent_tasks').values({ id: taskId, target_id: backup.target_id, task }).execute()
      await tx
        .updateTable('backups')
        .set({ state: 'deleting', task_id: taskId })
        .where('id', '=', backup.id)
        .execute()
      targets.add(backup.target_id)
    }
    for (const target of targets) await deps.signals.send(tx, 'task', target)
    return expired.length
  })
}
