import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { lockProject, resolveBranch } from '../tenancy/index.ts'
import type { Database } from './entities.ts'
import { getDatabase } from './get-database.ts'
import { rethrowTaken } from './logical-id-taken.ts'
import { touchInstance } from './touch-instance.ts'

export interface DatabaseChanges {
  readonly name?: string | undefined
  readonly branchId?: string | undefined
  readonly branchName?: string | undefined
  readonly logicalId?: string | null | undefined
  readonly idleTimeoutSeconds?: number | undefined
  readonly backupRetentionDays?: number | undefined
}

/** Changes what is given, leaves the rest. Throws `database-not-found`, `branch-not-found`, `logical-id-taken`. */
export async function updateDatabase(
  deps: { db: Db; signals: Signals },
  call: Call,
  id: string,
  changes: DatabaseChanges,
): Promise<Database> {
  return transact(deps.db, async (tx) => {
    const seen = await getDatabase(tx, call, id, 'update')
    await lockProject(tx, call, seen.project.id, null)
    const before = await getDatabase(tx, call, id, 'update')
    const moves = changes.branchId !== undefined || changes.branchName !== undefined
    const target = { workspaceId: before.workspaceId, projectId: before.project.id }
    const branchId = moves ? await resolveBranch(tx, call, { ...changes, ...target }) : before.branchId
    await tx
      .updateTable('databases')
      .set({
        name: changes.name ?? before.name,
        branch_id: branchId,
        logical_id: changes.logicalId === undefined ? before.logicalId : changes.logicalId,
        idle_timeout_seconds: changes.idleTimeoutSeconds ?? before.idleTimeoutSeconds,
        backup_retention_days: changes.backupRetentionDays ?? before.backupRetentionDays,
      })
      .where('id', '=', id)
      .execute()
      .catch(rethrowTaken)
    const after = await getDatabase(tx, call, id)
    if (after.idleTimeoutSeconds !== before.idleTimeoutSeconds) await touchInstance(tx, deps.signals, id)
    await recordEvent(tx, call, {
      workspaceId: before.workspaceId,
      action: 'database.updated',
      subjectType: 'database',
      subjectId: id,
      before: changeable(before),
      after: changeable(after),
    })
    return after
  })
}

function changeable({ name, branchId, logicalId, idleTimeoutSeconds, backupRetentionDays }: Database) {
  return { name, branchId, logicalId, idleTimeoutSeconds, backupRetentionDays }
}
