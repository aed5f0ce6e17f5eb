import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import { getDatabase, type RemovalDeps, removeDatabase } from '../databases/index.ts'
import { recordEvent } from '../events/index.ts'
import { lockProject } from '../tenancy/index.ts'
import { lockDeployment, requireDeployment } from './require-deployment.ts'

/**
 * Takes a deployment out of sight at once; its host removes server and files as soon as it can, whether or not it is
 * there now. Backups stay as long as those of any deleted database. Throws `database-not-found`, `forbidden`,
 * `default-database-undeletable`.
 */
export async function deleteDeployment(
  deps: RemovalDeps & { readonly db: Db },
  call: Call,
  id: string,
): Promise<void> {
  await transact(deps.db, async (tx) => {
    const seen = await requireDeployment(tx, call, id, 'delete')
    await lockProject(tx, call, seen.projectId, null)
    const deployment = await lockDeployment(tx, call, id, 'delete')
    if (deployment.database === null) {
      await tx.updateTable('deployments').set({ deleted_at: new Date() }).where('id', '=', id).execute()
      await recordEvent(tx, call, {
        workspaceId: deployment.workspaceId,
        action: 'deployment.deleted',
        subjectType: 'database',
        subjectId: id,
        before: { name: deployment.name },
      })
      return
    }
    const database = await getDatabase(tx, call, id)
    if (database.isDefault) {
      throw new CroftError('default-database-undeletable', 'This is the default database of its project.', {
        hint: 'Delete its project instead.',
      })
    }
    await removeDatabase(tx, deps, call, database)
  })
}
