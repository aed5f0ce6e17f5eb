import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { addJob } from '../../platform/queue/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { SCHEDULE_BACKUPS_JOB } from '../targets/index.ts'
import { checkHistoryLimit } from './create-plan.ts'
import type { BackupPlan } from './entities.ts'
import { getPlan, lockPlan } from './read-plans.ts'

/** How many jobs are kept; nothing else of a plan changes. Throws `backup-not-found`, `forbidden`, `not-applicable`. */
export async function updatePlan(
  db: Db,
  call: Call,
  id: string,
  { jobHistoryLimit }: { jobHistoryLimit?: number | undefined },
): Promise<BackupPlan> {
  return transact(db, async (tx) => {
    const before = await getPlan(tx, call, id, 'update')
    checkHistoryLimit(jobHistoryLimit)
    await lockPlan(tx, id)
    if (jobHistoryLimit === undefined || jobHistoryLimit === before.jobHistoryLimit) return before
    await tx
      .updateTable('backup_plans')
      .set({ job_history_limit: jobHistoryLimit, updated_at: new Date() })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, call, {
      workspaceId: before.workspaceId,
      action: 'backup-plan.updated',
      subjectType: 'backup-plan',
      subjectId: id,
      before: { jobHistoryLimit: before.jobHistoryLimit },
      after: { jobHistoryLimit },
    })
    await addJob(tx, SCHEDULE_BACKUPS_JOB, {}, { key: SCHEDULE_BACKUPS_JOB })
    return getPlan(tx, call, id)
  })
}
