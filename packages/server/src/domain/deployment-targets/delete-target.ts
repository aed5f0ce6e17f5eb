import { type Db, type Executor, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { countDeployments } from './count-deployments.ts'
import { requireDeploymentTarget } from './read-targets.ts'

/**
 * Forgets a cluster that reports no more and holds nothing, and its namespaces. Throws `deployment-target-not-found`,
 * `forbidden`, `in-use`.
 */
export async function deleteDeploymentTarget(db: Db, call: Call, id: string): Promise<void> {
  await transact(db, async (tx) => {
    const target = await requireDeploymentTarget(tx, call, id, 'delete', { hold: 'delete' })
    const reason =
      target.targetId !== null
        ? `${target.name} is a host that has joined, and would be listed again`
        : target.status === 'healthy'
          ? `${target.name} is healthy: stop its agent first, and wait until it is not`
          : await usage(tx, target.id)
    if (reason !== null) throw new CroftError('in-use', `Delete failed due to some constraints: ${reason}.`)
    const gone = { deleted_at: new Date() }
    await tx.updateTable('deployment_targets').set(gone).where('id', '=', target.id).execute()
    await tx
      .updateTable('namespaces')
      .set(gone)
      .where('deployment_target_id', '=', target.id)
      .where('deleted_at', 'is', null)
      .execute()
    await recordEvent(tx, call, {
      ...{ workspaceId: target.workspaceId, action: 'deployment-target.deleted' },
      ...{ subjectType: 'deployment-target', subjectId: target.id },
      before: { name: target.name, clusterId: target.clusterId },
    })
  })
}

/** What keeps it, as a sentence goes on; null for nothing. */
async function usage(tx: Executor, id: string): Promise<string | null> {
  const deployments = await countDeployments(tx, { deploymentTargetId: id })
  if (deployments > 0)
    return `${deployments} ${deployments === 1 ? 'deployment is' : 'deployments are'} on it`
  const backup = await tx
    .selectFrom('backup_plans')
    .innerJoin('deployments', 'deployments.id', 'backup_plans.deployment_id')
    .select('backup_plans.id')
    .where('deployments.deployment_target_id', '=', id)
    .where('backup_plans.deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  const job = await tx
    .selectFrom('backup_jobs')
    .select('id')
    .where('deployment_target_id', '=', id)
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return backup || job ? 'backups of its deployments are kept' : null
}
