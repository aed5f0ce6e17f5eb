import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { addJob } from '../../platform/queue/index.ts'
import type { Call } from '../access/index.ts'
import { selectDeploymentTargets, toDeploymentTarget } from '../deployment-targets/index.ts'
import { authorizePaper } from '../deployments/index.ts'
import { recordEvent } from '../events/index.ts'
import { SCHEDULE_BACKUPS_JOB } from '../targets/index.ts'
import type { BackupJob } from './entities.ts'
import { getJob, JOB_NOT_FOUND, selectJobs, toJob } from './read-jobs.ts'
import { getPlan } from './read-plans.ts'

/**
 * Removes a job, and its backup as soon as nothing reads it or is made on it. Throws `backup-not-found`, `forbidden`,
 * `not-applicable` while the host that would have to remove it is away.
 */
export async function deleteJob(db: Db, call: Call, id: string): Promise<void> {
  await transact(db, async (tx) => remove(tx, call, await getJob(tx, call, id, 'delete')))
}

/** The same by a plan and the job's name. With `localOnly` the backup itself stays, of no plan. */
export async function deletePlanJob(
  db: Db,
  call: Call,
  planId: string,
  name: string,
  { localOnly }: { localOnly: boolean },
): Promise<void> {
  await transact(db, async (tx) => {
    const plan = await getPlan(tx, call, planId, 'delete')
    if (localOnly) await authorizePaper(tx, call, plan.workspaceId)
    const row = await selectJobs(tx)
      .where('backup_jobs.backup_plan_id', '=', planId)
      .where('backup_jobs.name', '=', name)
      .orderBy('backup_jobs.created_at', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (!row) throw new CroftError(JOB_NOT_FOUND.code, 'The backup has no job of this name.')
    const job = toJob(row)
    if (!localOnly || job.report !== null) return remove(tx, call, job)
    await tx.updateTable('backup_jobs').set({ backup_plan_id: null }).where('id', '=', job.id).execute()
    await note(tx, call, job)
  })
}

async function remove(tx: Executor, call: Call, job: BackupJob): Promise<void> {
  await assertHealthy(tx, job)
  await tx.updateTable('backup_jobs').set({ deleted_at: new Date() }).where('id', '=', job.id).execute()
  await note(tx, call, job)
  await addJob(tx, SCHEDULE_BACKUPS_JOB, {}, { key: SCHEDULE_BACKUPS_JOB })
}

const note = (tx: Executor, call: Call, job: BackupJob) =>
  recordEvent(tx, call, {
    workspaceId: job.workspaceId,
    action: 'backup-job.deleted',
    subjectType: 'backup',
    subjectId: job.id,
    before: { name: job.name, deploymentId: job.deploymentId },
  })

async function assertHealthy(tx: Executor, { deploymentTargetId }: BackupJob): Promise<void> {
  const row = await selectDeploymentTargets(tx)
    .where('deployment_targets.id', '=', deploymentTargetId)
    .executeTakeFirst()
  if (row && toDeploymentTarget(row).status === 'healthy') return
  throw new CroftError(
    'not-applicable',
    'Deployment Target not healthy, can not process backup job deletion',
    { hint: 'Delete it once the target is back.' },
  )
}
