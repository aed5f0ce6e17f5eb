import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { StoredOrigin } from '../../platform/db/stored-messages.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Source } from './entities.ts'

/**
 * Keeps what a database is to be made from until the caller's transaction has written down that it is read, and checks
 * that it is still there: it was looked up a moment ago. Throws `database-not-found`, `backup-not-found`,
 * `point-outside-window`.
 */
export async function holdSource(tx: Executor, source: Source, origin: StoredOrigin): Promise<void> {
  if (source.type === 'empty' || origin.type === 'empty') return
  const database = await tx
    .selectFrom('databases')
    .select('id')
    .where('id', '=', source.databaseId)
    .where('purged_at', 'is', null)
    // Nobody copies what was put into quarantine meanwhile; what was deleted since can be brought back.
    .where((eb) => eb.or([eb('quarantined_at', 'is', null), eb('deleted_at', 'is not', null)]))
    .forShare()
    .executeTakeFirst()
  if (!database) {
    throw new CroftError('database-not-found', 'What was kept of the source database has just been removed.')
  }
  if (origin.type !== 'backup') return
  const { backupId, recovery } = origin
  if (backupId !== null) {
    const backup = await tx
      .selectFrom('backups')
      .select('id')
      .where('id', '=', backupId)
      .where('state', '=', 'completed')
      .forShare()
      .executeTakeFirst()
    if (!backup) throw new CroftError('backup-not-found', 'The backup has just been removed.')
  }
  if (!recovery) return
  const chain = await tx
    .selectFrom('archive_chains')
    .select('chain')
    .where('instance_id', '=', recovery.instanceId)
    .where('chain', '=', recovery.chain)
    .where('removed_at', 'is', null)
    // Without a backup it begins where its archive did.
    .where(sql<boolean>`(${backupId !== null} or trimmed_lsn is null)`)
    .forShare()
    .executeTakeFirst()
  if (!chain) {
    throw new CroftError(
      'point-outside-window',
      'The archived changes of that moment have just been removed.',
      {
        hint: 'Look at the recovery window again.',
      },
    )
  }
}
