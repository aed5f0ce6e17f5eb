import { sql } from 'kysely'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { addJob } from '../../platform/queue/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { getBackupTarget } from './read-targets.ts'
import { describeUsage, usageOf } from './usage.ts'

export const REMOVE_TARGET_JOB = 'remove-backup-target'

/** Wishes for backups that go there, besides what `usageOf` counts. */
async function plansOf(tx: Executor, id: string): Promise<number> {
  const { count } = await tx
    .selectFrom('backup_plans')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('backup_target_id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/**
 * Begins to remove a backup target; it is there until its deployment targets have forgotten it. `force` removes one that
 * things lie in too: Croft forgets them, and they stay where they lie. Throws `backup-target-not-found`, `forbidden`,
 * `backup-target-in-use`.
 */
export async function startRemoval(
  db: Db,
  call: Call,
  id: string,
  { force }: { readonly force: boolean },
): Promise<void> {
  await transact(db, async (tx) => {
    const found = await getBackupTarget(tx, call, id, 'delete', { hold: 'update' })
    if (!force) {
      const plans = await plansOf(tx, id)
      const usage =
        describeUsage(await usageOf(tx, id)) ?? (plans > 0 ? 'backups that are asked for or scheduled' : null)
      if (usage !== null) {
        throw new CroftError('backup-target-in-use', `The backup target is used by ${usage}.`, {
          hint: 'Delete those backups first. With force=true they are forgotten, and stay where they lie.',
        })
      }
    }
    await tx
      .updateTable('backup_targets')
      // Asked for once more without it, what was forced goes on so.
      .set({ deleting_at: new Date(), deletion_forced: sql<boolean>`deletion_forced or ${force}` })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, call, {
      workspaceId: found.workspaceId,
      action: 'backup-target.removal-started',
      subjectType: 'backup-target',
      subjectId: id,
      before: { name: found.name, ...found.location },
      after: { force },
    })
    await addJob(tx, REMOVE_TARGET_JOB, { backupTargetId: id })
  })
}
