import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { authorize, type Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { findEnvironment } from './get-environment.ts'
import { refuseWhileUsed } from './refuse-while-used.ts'

/**
 * Takes an environment away, from the plans that named it as well. For administrators of the platform. Throws
 * `environment-not-found`, `forbidden`, `environment-in-use`.
 */
export async function deleteEnvironment(db: Db, call: Call, id: string): Promise<void> {
  authorize(call.principal, 'manage', 'platform', {})
  await transact(db, async (tx) => {
    const { name } = await findEnvironment(tx, id, true)
    await refuseWhileUsed(tx, id, 'Delete them first; those in quarantine as well.')
    await tx.deleteFrom('plan_environments').where('environment_id', '=', id).execute()
    await tx.updateTable('environments').set({ deleted_at: new Date() }).where('id', '=', id).execute()
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'environment.deleted',
      subjectType: 'environment',
      subjectId: id,
      before: { name },
    })
  })
}
