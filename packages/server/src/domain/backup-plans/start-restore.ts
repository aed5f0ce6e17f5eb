import type { Tx } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Call } from '../access/index.ts'
import { getDatabase, removeDatabase } from '../databases/index.ts'
import { createDeployment, type Deployment, type DeploymentDeps } from '../deployments/index.ts'
import { recordEvent } from '../events/index.ts'
import type { DeploymentRestore } from './entities.ts'
import { orderRestore, type RestoreWish, restoreResourceName } from './order-restore.ts'
import { findJob, getJob, JOB_NOT_FOUND } from './read-jobs.ts'
import { getRestore } from './read-restores.ts'

/**
 * Makes a new deployment of a job that succeeded; it is there when this answers, and has the data when the restore is
 * `Successful`. Throws `backup-not-found`, `backup-not-restorable`, `restore-incompatible`, and what orders throw.
 */
export async function startRestore(
  deps: DeploymentDeps,
  call: Call,
  jobId: string,
  wish: RestoreWish,
): Promise<DeploymentRestore> {
  const job = await getJob(deps.db, call, jobId)
  const order = await orderRestore(deps.db, call, job, wish)
  const { id: deploymentId } = await createDeployment(deps, call, order, async (tx, deployment) => {
    const id = newId()
    await tx
      .insertInto('deployment_restores')
      .values({ id, backup_job_id: jobId, ...rowOf(deployment, wish.name) })
      .execute()
    await note(tx, call, deployment, id, jobId)
  })
  // Also of an earlier try of this call, whose answer was lost.
  const { id } = await deps.db
    .selectFrom('deployment_restores')
    .select('id')
    .where('deployment_id', '=', deploymentId)
    .executeTakeFirstOrThrow()
  return getRestore(deps.db, call, id)
}

/**
 * Tries a restore that failed once more, in a new deployment that takes the place of the failed one. What the caller
 * leaves out stays as it was. Throws `restore-not-found`, `not-applicable` unless it failed, and what a restore throws.
 */
export async function retryRestore(
  deps: DeploymentDeps,
  call: Call,
  id: string,
  changes: Partial<RestoreWish>,
): Promise<DeploymentRestore> {
  const failed = await getRestore(deps.db, call, id, 'update')
  assertFailed(failed)
  const job = await findJob(deps.db, failed.backupJobId)
  if (!job) throw new CroftError(JOB_NOT_FOUND.code, 'The backup job has been deleted since.')
  const wish = {
    name: changes.name ?? failed.name,
    namespaceId: changes.namespaceId ?? failed.namespaceId,
    deploymentTargetId: changes.deploymentTargetId ?? failed.deploymentTargetId,
  }
  const order = await orderRestore(deps.db, call, job, wish)
  await createDeployment(deps, call, order, async (tx, deployment) => {
    await tx.selectFrom('deployment_restores').select('id').where('id', '=', id).forUpdate().execute()
    assertFailed(await getRestore(tx, call, id, 'update'))
    await tx
      .updateTable('deployment_restores')
      .set({
        ...rowOf(deployment, wish.name),
        ...{ report: null, reported_at: null, updated_at: new Date() },
      })
      .where('id', '=', id)
      .execute()
    await removeFailed(tx, deps, call, failed)
    await note(tx, call, deployment, id, job.id)
  })
  return getRestore(deps.db, call, id)
}

function assertFailed({ status }: DeploymentRestore): void {
  if (status === 'Failed') return
  throw new CroftError(
    'not-applicable',
    `The restore is ${status || 'Pending'}; only one that failed is tried again.`,
  )
}

const rowOf = (deployment: Deployment, name: string) => ({
  workspace_id: deployment.workspaceId,
  deployment_id: deployment.id,
  deployment_target_id: deployment.deploymentTargetId,
  namespace_id: deployment.namespaceId,
  name,
  cluster_resource_name: restoreResourceName(name),
})

/** Clients clean up the deployment that they are told of, and no other. */
async function removeFailed(
  tx: Tx,
  deps: DeploymentDeps,
  call: Call,
  { deploymentId, databaseId }: DeploymentRestore,
): Promise<void> {
  if (databaseId === null) {
    await tx
      .updateTable('deployments')
      .set({ deleted_at: new Date() })
      .where('id', '=', deploymentId)
      .execute()
    return
  }
  const there = await tx
    .selectFrom('databases')
    .select('id')
    .where('id', '=', databaseId)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (there) await removeDatabase(tx, deps, call, await getDatabase(tx, call, databaseId, 'delete'))
}

const note = (tx: Tx, call: Call, deployment: Deployment, id: string, jobId: string) =>
  recordEvent(tx, call, {
    workspaceId: deployment.workspaceId,
    action: 'restore.started',
    subjectType: 'restore',
    subjectId: id,
    after: { backupJobId: jobId, deploymentId: deployment.id },
  })
