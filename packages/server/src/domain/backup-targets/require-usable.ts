import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { BackupTarget } from './entities.ts'
import { selectBackupTargets, toBackupTarget } from './read-targets.ts'

/**
 * A target that something of a workspace is to be stored in: there, and not about to go. It is not deleted until that
 * is written down. It may be failing: what is stored then says so itself. Authorizes nothing. Throws `not-applicable`.
 */
export async function requireUsableTarget(
  executor: Executor,
  workspaceId: string,
  id: string,
): Promise<BackupTarget> {
  const row = await selectBackupTargets(executor)
    .where('backup_targets.id', '=', id)
    .where('backup_targets.workspace_id', '=', workspaceId)
    .where('backup_targets.deleting_at', 'is', null)
    .forShare('backup_targets')
    .executeTakeFirst()
  if (row) return toBackupTarget(row)
  throw new CroftError('not-applicable', 'The tenant has no backup target with this id.', {
    fields: [{ path: '/backup_target_id', message: 'must be the id of a backup target of the tenant' }],
  })
}
