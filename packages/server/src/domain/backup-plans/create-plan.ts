import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { authorize, type Call, madeBefore } from '../access/index.ts'
import { requireUsableTarget } from '../backup-targets/index.ts'
import { readCron } from '../backups/index.ts'
import { authorizePaper, type Deployment, lockDeployment, requireDeployment } from '../deployments/index.ts'
import { assertBackedUp } from './assert-backed-up.ts'
import type { BackupPlan } from './entities.ts'
import { insertPlan } from './insert-plan.ts'
import { backupFields } from './plan-fields.ts'
import { getPlan } from './read-plans.ts'
import { insertJob, startJob } from './start-job.ts'

export interface PlanWish {
  readonly type: string | undefined
  readonly level: string | undefined
  readonly backupTargetId: string | undefined
  readonly schedule: string | undefined
  readonly jobHistoryLimit: number | undefined
  /** Only written down. For administrators of the organization, and all there is for a deployment on paper. */
  readonly localOnly: boolean
}

const unfit = (path: string, message: string) =>
  new CroftError('not-applicable', `The backup is not valid: ${path} ${message}.`, {
    fields: [{ path: `/${path}`, message }],
  })

/** Throws `not-applicable` unless at least one job is kept. */
export function checkHistoryLimit(limit: number | undefined): void {
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 1)) {
    throw unfit('job_history_limit', 'must be 1 or greater')
  }
}

function readWish({ type, level = 'snapshot', schedule, backupTargetId, jobHistoryLimit }: PlanWish) {
  if (type !== 'adhoc' && type !== 'scheduled') throw unfit('backup_type', 'must be adhoc or scheduled')
  if (level !== 'snapshot' && level !== 'incremental')
    throw unfit('backup_level', 'must be snapshot or incremental')
  if (backupTargetId === undefined) throw unfit('backup_target_id', 'must be the id of a backup target')
  checkHistoryLimit(jobHistoryLimit)
  if (type === 'scheduled') checkSchedule(schedule)
  const cron = type === 'scheduled' && schedule !== undefined ? schedule : null
  return { type, level, schedule: cron, backupTargetId, jobHistoryLimit: jobHistoryLimit ?? null } as const
}

function checkSchedule(schedule: string | undefined): void {
  try {
    if (schedule !== undefined && readCron(schedule).nextRun() !== null) return
  } catch {
    // Told below, whatever is wrong with it.
  }
  throw unfit('schedule', 'must be a cron expression of five fields, in UTC, that comes')
}

/**
 * Makes a plan: an adhoc one has its job at once, which runs as soon as no other backup of the database does. Throws
 * `database-not-found`, `forbidden`, `not-applicable`, `database-not-ready` for a deployment that failed.
 */
export async function createPlan(
  deps: { db: Db; signals: Signals },
  call: Call,
  deploymentId: string,
  wish: PlanWish,
): Promise<BackupPlan> {
  const authorizeOn = (deployment: Deployment) =>
    authorize(call.principal, 'create', 'backups', backupFields({ ...deployment, id: '', deploymentId }))
  const seen = await requireDeployment(deps.db, call, deploymentId)
  authorizeOn(seen)
  if (wish.localOnly) await authorizePaper(deps.db, call, seen.workspaceId)
  const wanted = readWish(wish)
  const before = await madeBefore(deps.db, call, 'backup_plans')
  if (before) return getPlan(deps.db, call, before)
  return transact(deps.db, async (tx) => {
    const deployment = await lockDeployment(tx, call, deploymentId, 'read')
    authorizeOn(deployment)
    assertBackedUp(deployment.dataServiceId)
    await requireUsableTarget(tx, deployment.workspaceId, wanted.backupTargetId)
    assertReachable(deployment, wish.localOnly)
    const { id, clusterResourceName } = await insertPlan(tx, call, deployment, {
      ...wanted,
      ...(call.resourceId === undefined ? {} : { id: call.resourceId }),
      localOnly: wish.localOnly,
    })
    // As it is before its job has reached the host.
    const plan = await getPlan(tx, call, id)
    if (wanted.type === 'adhoc' && !wish.localOnly) {
      const jobId = await insertJob(tx, { planId: id, name: `${clusterResourceName}-adhoc` })
      await startJob(tx, deps.signals, call, jobId)
    }
    return plan
  })
}

function assertReachable({ localOnly, database }: Deployment, onPaper: boolean): void {
  if (onPaper) return
  if (localOnly || database === null) {
    throw new CroftError('not-applicable', 'Croft cannot back up a deployment that exists on paper only.', {
      hint: 'Send Local-Only: true to only write the backup down; its agent reports the jobs.',
    })
  }
  if (database.state === 'failed') {
    throw new CroftError('database-not-ready', 'The deployment has failed, so there is nothing to back up.')
  }
}
