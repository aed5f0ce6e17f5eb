import { type SqlBool, sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { askDeletion } from './ask-removal.ts'
import { isBackupInUse, isKeptByPlan } from './in-use.ts'

const BATCH = 200

/** Made for a chain and found bad, as a later one for it was: the later one shows what is the matter. */
const isSuperseded = sql<SqlBool>`(
  backups.state = 'completed' and backups.trigger = 'chain' and backups.found_bad and exists (
    select from backups later
    where later.instance_id = backups.instance_id and later.chain = backups.chain and later.id > backups.id
      and later.state = 'completed' and later.trigger = 'chain' and later.found_bad))`

/**
 * Asks the agents to remove backups that are past their database's retention; failed ones too, which may have left a
 * part. The newest that is older than that stays: the window begins with it. So do those that an incremental one needs.
 * What deleted databases had is left alone until it is purged, and what a plan made is that plan's to count. Answers how
 * many it asked for.
 */
export async function expireBackups(deps: { db: Db; signals: Signals }): Promise<number> {
  let asked = 0
  // With a schedule of minutes far more than a batch are due each time.
  for (let batch = BATCH; batch === BATCH; asked += batch) batch = await expireBatch(deps)
  return asked
}

async function expireBatch(deps: { db: Db; signals: Signals }): Promise<number> {
  return transact(deps.db, async (tx) => {
    const cutoff = sql<Date>`now() - databases.backup_retention_days * interval '1 day'`
    const expired = await tx
      .selectFrom('backups')
      .innerJoin('databases', 'databases.id', 'backups.database_id')
      .innerJoin('instances', 'instances.id', 'backups.instance_id')
      .select(['backups.id', 'backups.key', 'backups.target', 'backups.instance_id', 'instances.target_id'])
      .where('databases.deleted_at', 'is', null)
      .where('backups.state', 'in', ['completed', 'failed'])
      .where((eb) => eb.not(isBackupInUse))
      .where((eb) => eb.not(isKeptByPlan))
      .where((eb) =>
        eb.or([
          isSuperseded,
          eb.and([
            eb('backups.completed_at', '<', cutoff),
            eb.exists(
              eb
                .selectFrom('backups as newer')
                .select('newer.id')
                .whereRef('newer.database_id', '=', 'backups.database_id')
                .whereRef('newer.id', '>', 'backups.id')
                .where('newer.state', '=', 'completed')
                .where((or) =>
                  or.or([
                    or('backups.state', '=', 'failed'),
                    or.and([
                      or('newer.completed_at', '<', cutoff),
                      // One that was found broken is no beginning of a window.
                      or.or([or('newer.found_bad', '=', false), or('backups.found_bad', '=', true)]),
                    ]),
                  ]),
                ),
            ),
          ]),
        ]),
      )
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('backups as child')
              .select('child.id')
              .whereRef('child.parent_id', '=', 'backups.id')
              .where('child.state', 'in', ['running', 'completed', 'deleting']),
          ),
        ),
      )
      .orderBy('backups.id')
      .limit(BATCH)
      .forUpdate(['backups'])
      .skipLocked()
      .execute()
    await askDeletion(tx, deps.signals, expired)
    return expired.length
  })
}
