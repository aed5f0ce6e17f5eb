import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import { writeBackup } from '../backups/index.ts'
import { SPEC_OF_DEPLOYMENT } from './ensure-jobs.ts'

/** Writes down that a plan wants a backup now. It waits until `startJob` finds its turn has come. */
export async function insertJob(
  tx: Executor,
  { planId, name, at }: { planId: string; name: string; at?: Date },
): Promise<string> {
  const id = newId()
  const created = at === undefined ? sql`clock_timestamp()` : sql`${at}::timestamptz`
  await sql`
    insert into backup_jobs (id, backup_plan_id, workspace_id, project_id, deployment_id, deployment_target_id,
      namespace_id, image_id, name, deployment_spec, created_at, updated_at)
    select ${id}, p.id, d.workspace_id, d.project_id, d.id, d.deployment_target_id, d.namespace_id, d.image_id, ${name},
      ${SPEC_OF_DEPLOYMENT}, ${created}, ${created}
    from backup_plans p join deployments d on d.id = p.deployment_id
    where p.id = ${planId}`.execute(tx)
  return id
}

/** What became of a job's try to begin. */
export type Start = 'started' | 'waits' | { readonly failed: string }

/**
 * Asks the host for the backup that a job is of, unless another of the same database is being made, or the database is
 * not ready yet: then it waits. Throws `forbidden`.
 */
export async function startJob(tx: Executor, signals: Signals, call: Call, jobId: string): Promise<Start> {
  const job = await tx
    .selectFrom('backup_jobs')
    .innerJoin('backup_plans', 'backup_plans.id', 'backup_jobs.backup_plan_id')
    .select(['backup_jobs.deployment_id', 'backup_plans.type', 'backup_plans.level'])
    .select(['backup_plans.backup_target_id', 'backup_plans.deleted_at as plan_deleted_at'])
    .where('backup_jobs.id', '=', jobId)
    .where('backup_jobs.backup_id', 'is', null)
    .where('backup_jobs.report', 'is', null)
    .where('backup_jobs.deleted_at', 'is', null)
    .forUpdate('backup_jobs')
    .executeTakeFirst()
  if (!job) return 'started'
  if (job.plan_deleted_at !== null) return { failed: 'The place where it was to be stored was deleted.' }
  const database = await tx
    .selectFrom('databases')
    .innerJoin('instances', 'instances.database_id', 'databases.id')
    .select(['databases.id', 'databases.state', 'databases.deleted_at', 'databases.state_message'])
    .where('databases.id', '=', job.deployment_id)
    // Whoever begins or ends a backup of it waits for this.
    .forUpdate('instances')
    .executeTakeFirst()
  if (!database || database.deleted_at !== null) {
    return { failed: 'The deployment was deleted before its backup began.' }
  }
  if (database.state === 'failed') return { failed: `The deployment failed: ${database.state_message ?? ''}` }
  if (database.state !== 'ready') return 'waits'
  const running = await tx
    .selectFrom('backups')
    .select('id')
    .where('database_id', '=', database.id)
    .where('state', '=', 'running')
    .executeTakeFirst()
  if (running) return 'waits'
  await writeBackup(tx, signals, call, {
    databaseId: database.id,
    trigger: job.type === 'adhoc' ? 'manual' : 'schedule',
    onlyIfChanged: false,
    as: { id: jobId, backupTargetId: job.backup_target_id, incremental: job.level === 'incremental' },
  })
  await sql`
    update backup_jobs j set backup_id = j.id, deployment_spec = ${SPEC_OF_DEPLOYMENT}
    from deployments d where j.id = ${jobId} and d.id = j.deployment_id`.execute(tx)
  return 'started'
}

/** Ends a job that was never begun. */
export async function failJob(tx: Executor, jobId: string, message: string): Promise<void> {
  const now = new Date()
  await tx
    .updateTable('backup_jobs')
    .set({
      report: {
        completion_status: 'Failed',
        error_code: 'JobFailed',
        error_message: message,
        completion_time: now.toISOString(),
      },
      updated_at: now,
    })
    .where('id', '=', jobId)
    .where('backup_id', 'is', null)
    .execute()
}
