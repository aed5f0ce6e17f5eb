import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { getBackupTarget } from './read-targets.ts'
import { describeUsage, usageOf } from './usage.ts'

/** Removes a place that nothing lies in. Throws `backup-target-not-found`, `forbidden`, `backup-target-in-use`. */
export async function deleteTarget(db: Db, call: Call, id: string): Promise<void> {
  await transact(db, async (tx) => {
    const found = await getBackupTarget(tx, call, id, 'delete', { hold: 'update' })
    const usage = describeUsage(await usageOf(tx, id))
    if (usage !== null) {
      throw new CroftError('backup-target-in-use', `The backup target is used by ${usage}.`, {
        hint: 'Give those databases another target, and wait until what lies here has expired, or purge what was deleted.',
      })
    }
    await tx
      .updateTable('backup_targets')
      .set({ deleted_at: new Date(), secret: null })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, call, {
      workspaceId: found.workspaceId,
      action: 'backup-target.deleted',
      subjectType: 'backup-target',
      subjectId: id,
      before: { name: found.name, ...found.location },
    })
  })
}
