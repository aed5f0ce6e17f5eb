import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { type Call, systemCall } from '../access/index.ts'
import { readCron, removeUnwanted, ticksOf } from '../backups/index.ts'
import { keepNewest } from './keep-newest.ts'
import { failJob, insertJob, startJob } from './start-job.ts'

export interface PlanDeps {
  readonly db: Db
  readonly signals: Signals
  readonly log: Pick<Logger, 'warn'>
}

/** Waiting jobs looked at in one run; each backup that ends runs this again. */
const MOST_WAITING = 500

/**
 * Makes the jobs of schedules whose time has come, begins those whose turn it is, and removes what plans keep no longer.
 * Hosts make a few backups at a time, so nothing is spread over time here. A time that was missed is made up for once,
 * and a plan never has two jobs under way. Runs every minute and whenever a backup has ended or was removed; runs beside
 * each other do no harm.
 */
export async function runPlans(deps: PlanDeps, jobId: string, now = new Date()): Promise<void> {
  const call = systemCall('backup-plans', jobId)
  for (const { id, at } of await findDue(deps, now)) await makeJob(deps, call, id, at)
  await beginWaiting(deps, call)
  await keepNewest(deps.db)
  await transact(deps.db, (tx) => removeUnwanted(tx, deps.signals))
  await finishDeletions(deps.db)
}

const schedules = (db: Db) =>
  db
    .selectFrom('backup_plans')
    .where('backup_plans.type', '=', 'scheduled')
    .where('backup_plans.suspended', '=', false)
    .where('backup_plans.deleted_at', 'is', null)
    .where('backup_plans.deleting_at', 'is', null)
    .where('backup_plans.local_only', '=', false)

/** When a plan was last due, or begins to be. */
const LAST = sql<Date>`coalesce(backup_plans.scheduled_for, backup_plans.created_at)`

async function findDue({ db, log }: PlanDeps, now: Date): Promise<{ id: string; at: Date }[]> {
  const due: { id: string; at: Date }[] = []
  for (const { schedule } of await schedules(db).select('schedule').distinct().execute()) {
    const at = schedule === null ? undefined : latestOf(schedule, now, log)
    if (!at) continue
    const plans = await schedules(db)
      .innerJoin('databases', 'databases.id', 'backup_plans.deployment_id')
      .select('backup_plans.id')
      .where('backup_plans.schedule', '=', schedule)
      .where(LAST, '<', at)
      .where('databases.deleted_at', 'is', null)
      .where('databases.state', '!=', 'failed')
      .where(
        sql<boolean>`not exists (
          select from backup_jobs j left join backups b on b.id = j.backup_id
          where j.backup_plan_id = backup_plans.id and j.deleted_at is null
            and (b.state = 'running' or (b.id is null and j.report is null)))`,
      )
      .orderBy('backup_plans.id')
      .execute()
    due.push(...plans.map(({ id }) => ({ id, at })))
  }
  return due
}

function latestOf(schedule: string, now: Date, log: PlanDeps['log']): Date | undefined {
  try {
    return ticksOf(readCron(schedule), now)?.latest
  } catch (error) {
    log.warn({ err: error, schedule }, 'a schedule of backups that cannot be read')
    return undefined
  }
}

/** As Kubernetes names what a schedule makes: the minute it was for. */
const nameOf = (clusterResourceName: string, at: Date) =>
  `${clusterResourceName}-${Math.floor(at.getTime() / 60_000)}`

async function makeJob(deps: PlanDeps, call: Call, planId: string, at: Date): Promise<void> {
  await transact(deps.db, async (tx) => {
    // Whoever takes the moment makes its job.
    const plan = await tx
      .updateTable('backup_plans')
      .set({ scheduled_for: at })
      .where('id', '=', planId)
      .where(LAST, '<', at)
      .where('suspended', '=', false)
      .where('deleting_at', 'is', null)
      .returning('cluster_resource_name')
      .executeTakeFirst()
    if (!plan) return
    const jobId = await insertJob(tx, { planId, name: nameOf(plan.cluster_resource_name, at) })
    await begin(deps, tx, call, jobId)
  })
}

async function begin(
  deps: PlanDeps,
  tx: Parameters<typeof startJob>[0],
  call: Call,
  jobId: string,
): Promise<void> {
  try {
    const start = await startJob(tx, deps.signals, call, jobId)
    if (typeof start === 'object') await failJob(tx, jobId, start.failed)
  } catch (error) {
    // One database must not keep the others from their backup.
    if (!(error instanceof CroftError)) throw error
    deps.log.warn({ jobId, code: error.code }, 'a backup could not be begun')
    await failJob(tx, jobId, error.message)
  }
}

async function beginWaiting(deps: PlanDeps, call: Call): Promise<void> {
  const waiting = await deps.db
    .selectFrom('backup_jobs')
    .innerJoin('backup_plans', 'backup_plans.id', 'backup_jobs.backup_plan_id')
    .select('backup_jobs.id')
    .where('backup_jobs.backup_id', 'is', null)
    .where('backup_jobs.report', 'is', null)
    .where('backup_jobs.deleted_at', 'is', null)
    .where('backup_plans.local_only', '=', false)
    .orderBy('backup_jobs.created_at')
    .limit(MOST_WAITING)
    .execute()
  for (const { id } of waiting) await transact(deps.db, (tx) => begin(deps, tx, call, id))
}

/** A plan that is being deleted is gone with the last of its backups. */
async function finishDeletions(db: Db): Promise<void> {
  await db
    .updateTable('backup_plans')
    .set({ deleted_at: new Date() })
    .where('deleting_at', 'is not', null)
    .where('deleted_at', 'is', null)
    .where(
      sql<boolean>`not exists (
        select from backup_jobs j join backups b on b.id = j.backup_id
        where j.backup_plan_id = backup_plans.id and b.state not in ('deleted', 'skipped'))`,
    )
    .execute()
}
