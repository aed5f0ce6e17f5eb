import { sql } from 'kysely'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { systemCall } from '../access/index.ts'
import { touchInstance } from '../databases/index.ts'
import { recordEvent } from '../events/index.ts'
import { failDeletions } from './states/fail-deletions.ts'

/**
 * Ends a removal that was begun. Unless it was forced, hosts that could store there and are away keep it: they have its
 * credentials still. Running it again is harmless.
 */
export async function removeTarget(
  deps: { readonly db: Db; readonly signals: Signals },
  id: string,
  jobId: string,
): Promise<void> {
  await transact(deps.db, async (tx) => {
    const row = await tx
      .selectFrom('backup_targets')
      .select(['workspace_id', 'name', 'deletion_forced'])
      .where('id', '=', id)
      .where('deleting_at', 'is not', null)
      .where('deleted_at', 'is', null)
      .forUpdate()
      .executeTakeFirst()
    if (!row) return
    if (!row.deletion_forced && (await failDeletions(tx, id)) > 0) {
      await tx.updateTable('backup_targets').set({ deleting_at: null }).where('id', '=', id).execute()
      return
    }
    if (row.deletion_forced) await detach(tx, deps.signals, id)
    await tx.deleteFrom('backup_target_states').where('backup_target_id', '=', id).execute()
    await tx
      .updateTable('backup_targets')
      .set({ deleted_at: new Date(), secret: null })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, systemCall('backup-targets', jobId), {
      workspaceId: row.workspace_id,
      action: 'backup-target.deleted',
      subjectType: 'backup-target',
      subjectId: id,
      before: { name: row.name },
    })
  })
}

/** Has the databases that store there store on their hosts, and forgets what lies there. */
async function detach(tx: Executor, signals: Signals, id: string): Promise<void> {
  const now = new Date()
  await tx
    .updateTable('deployments')
    .set({ scheduled_backup: null })
    .where(sql<boolean>`scheduled_backup->>'targetId' = ${id}`)
    .execute()
  await tx
    .updateTable('backup_plans')
    .set({ deleted_at: now })
    .where('backup_target_id', '=', id)
    .where('deleted_at', 'is', null)
    .execute()
  await tx
    .updateTable('backups')
    .set({ state: 'deleted', key: null })
    .where('backup_target_id', '=', id)
    .where('state', 'not in', ['deleted', 'skipped'])
    .execute()
  await tx
    .updateTable('archive_chains')
    .set({ cleared_at: now, removed_at: sql`coalesce(removed_at, ${now})` })
    .where('backup_target_id', '=', id)
    .where('cleared_at', 'is', null)
    .execute()
  const databases = await tx
    .updateTable('databases')
    .set({ backup_target_id: null })
    .where('backup_target_id', '=', id)
    .returning(['id', 'deleted_at'])
    .execute()
  for (const database of databases) {
    if (database.deleted_at !== null) continue
    const revision = await touchInstance(tx, signals, database.id)
    await tx
      .updateTable('instances')
      .set({ storage_revision: revision })
      .where('database_id', '=', database.id)
      .execute()
  }
}
