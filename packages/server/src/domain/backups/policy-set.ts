import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import { holdBackupTarget } from '../backup-targets/index.ts'
import { getDatabase, touchInstance } from '../databases/index.ts'
import { archivedEngines, type EngineFacts, engineOf } from '../engines/index.ts'
import { recordEvent } from '../events/index.ts'
import { lockProject } from '../tenancy/index.ts'
import { checkSchedule } from './backup-schedule.ts'
import { type BackupPolicy, readPolicy } from './policy.ts'

/**
 * Sets how a database is backed up. With another target or encryption switched a new archive begins, and a backup is made
 * at once; what was stored before stays readable where it is, as it is. Throws `database-not-found`, `forbidden`,
 * `backup-target-not-found`, `invalid-input`.
 */
export async function setPolicy(
  deps: { db: Db; signals: Signals },
  call: Call,
  wanted: BackupPolicy,
): Promise<BackupPolicy> {
  const { databaseId: id } = wanted
  return transact(deps.db, async (tx) => {
    const seen = await getDatabase(tx, call, id, 'update')
    // Neither deleted nor moved to another workspace while this writes.
    await lockProject(tx, call, seen.project.id, null)
    const { workspaceId, engine } = await getDatabase(tx, call, id, 'update')
    const before = await readPolicy(tx, id)
    if (wanted.archive) assertArchivable(engineOf(engine))
    if (wanted.schedule !== null && wanted.schedule !== before.schedule) checkSchedule(wanted.schedule)
    if (wanted.targetId !== null && wanted.targetId !== before.targetId) {
      await holdBackupTarget(tx, call, { id: wanted.targetId, workspaceId })
    }
    await tx
      .updateTable('databases')
      .set({
        backup_target_id: wanted.targetId,
        backup_schedule: wanted.schedule,
        backup_retention_days: wanted.retentionDays,
        backup_incremental: wanted.incremental,
        backup_encryption: wanted.encryption,
        archived: wanted.archive,
        // Not for a time of the new schedule that is past.
        ...(wanted.schedule === before.schedule ? {} : { backup_scheduled_for: new Date() }),
      })
      .where('id', '=', id)
      .execute()
    const after = await readPolicy(tx, id)
    const isStoredOtherwise =
      after.targetId !== before.targetId ||
      after.encryption !== before.encryption ||
      after.archive !== before.archive
    if (isStoredOtherwise) {
      const revision = await touchInstance(tx, deps.signals, id)
      await tx
        .updateTable('instances')
        .set({ storage_revision: revision })
        .where('database_id', '=', id)
        .execute()
    }
    await recordEvent(tx, call, {
      workspaceId,
      action: 'backup-policy.updated',
      subjectType: 'database',
      subjectId: id,
      before: { ...before },
      after: { ...after },
    })
    return after
  })
}

function assertArchivable({ archived, title }: EngineFacts): void {
  if (archived) return
  throw new CroftError('invalid-input', `The changes of a ${title} database cannot be archived.`, {
    hint: `Set its archive to false. Engines that can be archived: ${archivedEngines()}.`,
    fields: [{ path: '/archive', message: `must be false for ${title}` }],
  })
}
