import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed, requireWorkspace } from '../access/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import type { BackupTarget } from './entities.ts'
import {
  BACKUP_TARGET_COLUMNS,
  backupTargetFields,
  selectBackupTargets,
  toBackupTarget,
} from './read-targets.ts'

/** A workspace's backup targets, oldest first. Throws `workspace-not-found`. */
export async function listBackupTargets(
  db: Db,
  call: Call,
  filter: { workspaceId: string; page: PageRequest },
): Promise<Page<BackupTarget>> {
  await requireWorkspace(db, call, filter.workspaceId)
  const { where, exact } = filterOf(call.principal, 'read', 'backup-targets', BACKUP_TARGET_COLUMNS)
  return listReadable(
    {
      exact,
      isReadable: (found) => isAllowed(call.principal, 'read', 'backup-targets', backupTargetFields(found)),
      async read(after, limit) {
        let query = selectBackupTargets(db)
          .where('workspace_id', '=', filter.workspaceId)
          .where(where)
          .orderBy('id')
          .limit(limit)
        if (after) query = query.where('id', '>', after)
        return (await query.execute()).map(toBackupTarget)
      },
    },
    filter.page,
  )
}
