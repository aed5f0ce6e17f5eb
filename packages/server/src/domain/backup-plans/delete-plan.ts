import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { addJob } from '../../platform/queue/index.ts'
import type { Call } from '../access/index.ts'
import { authorizePaper } from '../deployments/index.ts'
import { recordEvent } from '../events/index.ts'
import { SCHEDULE_BACKUPS_JOB } from '../targets/index.ts'
import { getPlan } from './read-plans.ts'

/**
 * Removes a plan with all that it made. It is there until hosts have removed the last of it. With `localOnly`, or for one
 * on paper, only the plan goes, at once; what it made stays for as long as any backup of its database. Throws
 * `backup-not-found`, `forbidden`.
 */
export async function deletePlan(
  db: Db,
  call: Call,
  id: string,
  { localOnly }: { localOnly: boolean },
): Promise<void> {
  await transact(db, async (tx) => {
    const plan = await getPlan(tx, call, id, 'delete')
    if (localOnly) await authorizePaper(tx, call, plan.workspaceId)
    const isGone = plan.localOnly || localOnly
    const changed = await tx
      .updateTable('backup_plans')
      .set({ deleting_at: new Date(), ...(isGone ? { deleted_at: new Date() } : {}) })
      .where('id', '=', id)
      .where('deleting_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (!changed) return
    await (localOnly && !plan.localOnly ? releaseJobs(tx, id) : dropJobs(tx, id))
    await recordEvent(tx, call, {
      workspaceId: plan.workspaceId,
      action: 'backup-plan.deleted',
      subjectType: 'backup-plan',
      subjectId: id,
      before: { deploymentId: plan.deploymentId, type: plan.type, schedule: plan.schedule },
    })
    await addJob(tx, SCHEDULE_BACKUPS_JOB, {}, { key: SCHEDULE_BACKUPS_JOB })
  })
}

async function dropJobs(tx: Executor, planId: string): Promise<void> {
  await tx
    .updateTable('backup_jobs')
    .set({ deleted_at: new Date() })
    .where('backup_plan_id', '=', planId)
    .where('deleted_at', 'is', null)
    .execute()
}

/** Those that are backups stay, of no plan. */
async function releaseJobs(tx: Executor, planId: string): Promise<void> {
  await tx
    .updateTable('backup_jobs')
    .set({ deleted_at: new Date() })
    .where('backup_plan_id', '=', planId)
    .where('backup_id', 'is', null)
    .execute()
  await tx
    .updateTable('backup_jobs')
    .set({ backup_plan_id: null })
    .where('backup_plan_id', '=', planId)
    .where('deleted_at', 'is', null)
    .execute()
}
