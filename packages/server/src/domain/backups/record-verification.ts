import type { TaskReport } from '@croft/protocol'
import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { StoredTask } from '../../platform/db/stored-messages.ts'
import { addJob } from '../../platform/queue/index.ts'
import { systemCall } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { SCHEDULE_BACKUPS_JOB, SECRET_UNREADABLE } from '../targets/index.ts'
import { VERIFY_JOB } from './hand-out-verifications.ts'

/** Faults of the host or of the way to the backup, which say nothing of the backup itself. */
const NOT_ITS_FAULT: readonly string[] = [
  'disk-full',
  'engine-not-installed',
  SECRET_UNREADABLE,
  'source-unavailable',
  'target-unreachable',
]

/** Those that may come of the host as well as of what is in the backup, which only another try can tell. */
const PERHAPS_ITS_FAULT: readonly string[] = ['internal', 'server-crashed']
const MAX_TRIES = 3

/** Writes down what a host has found of a backup, in the report's transaction, and has it given the next one. */
export async function recordVerification(
  tx: Executor,
  task: Extract<StoredTask, { kind: 'verify-backup' }>,
  report: TaskReport,
): Promise<void> {
  if (report.state === 'running') return
  await addJob(tx, VERIFY_JOB, {}, { key: VERIFY_JOB })
  await goOnRemoving(tx, task.backupId)
  const row = await tx
    .selectFrom('backups')
    .select(['id', 'database_id', 'verification_tries'])
    .where('id', '=', task.backupId)
    .where('verification', '=', 'running')
    .where('verification_task_id', '=', task.id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return
  const changes = changesOf(report, row.verification_tries)
  await tx
    .updateTable('backups')
    .set({ ...changes, verified_at: new Date() })
    .where('id', '=', row.id)
    .execute()
  if (changes.verification === 'pending') return
  const spoilt = changes.verification === 'failed' ? await failIncrements(tx, row.id) : []
  const { workspace_id } = await tx
    .selectFrom('databases')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .select('projects.workspace_id')
    .where('databases.id', '=', row.database_id)
    .executeTakeFirstOrThrow()
  await recordEvent(tx, systemCall('backups', task.id), {
    workspaceId: workspace_id,
    action: changes.verification === 'passed' ? 'backup.verified' : 'backup.verification-failed',
    subjectType: 'backup',
    subjectId: row.id,
    after: {
      databaseId: row.database_id,
      ...changes.verification_result,
      ...(changes.verification_error === null ? {} : { error: changes.verification_error }),
      ...(spoilt.length > 0 ? { increments: spoilt } : {}),
    },
  })
}

/** One that was to go had to wait for this to end. */
async function goOnRemoving(tx: Executor, backupId: string): Promise<void> {
  const unwanted = await tx
    .selectFrom('backup_jobs')
    .select('id')
    .where('backup_id', '=', backupId)
    .where('deleted_at', 'is not', null)
    .executeTakeFirst()
  if (unwanted) await addJob(tx, SCHEDULE_BACKUPS_JOB, {}, { key: SCHEDULE_BACKUPS_JOB })
}

function changesOf({ state, verification, fault }: TaskReport, triesBefore: number) {
  if (state === 'done' && verification) {
    return {
      verification: 'passed',
      found_bad: false,
      verification_tries: 0,
      verification_result: verification,
      verification_error: null,
    } as const
  }
  const isOpen = fault !== undefined && PERHAPS_ITS_FAULT.includes(fault.code)
  const tries = isOpen ? triesBefore + 1 : triesBefore
  const isAgain = isOpen ? tries < MAX_TRIES : fault !== undefined && NOT_ITS_FAULT.includes(fault.code)
  return {
    ...(isAgain
      ? { verification: 'pending' as const }
      : { verification: 'failed' as const, found_bad: true }),
    verification_tries: tries,
    verification_result: null,
    verification_error: fault?.message ?? 'The agent reported no result.',
  } as const
}

/** What was made on a bad backup is bad, unless it has been restored itself. Answers their ids. */
async function failIncrements(tx: Executor, backupId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive increments as (
      select id from backups where parent_id = ${backupId} and kind = 'incremental' and verification <> 'passed'
      union
      select backups.id from backups join increments on backups.parent_id = increments.id
      where backups.kind = 'incremental' and backups.verification <> 'passed'
    )
    update backups set verification = 'failed', found_bad = true, verified_at = now(), verification_result = null,
      verification_error = 'A backup that it is made on failed its verification.'
    from increments
    where backups.id = increments.id and backups.state = 'completed'
    returning backups.id`.execute(tx)
  return rows.map(({ id }) => id)
}
