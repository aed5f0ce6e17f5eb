import type { AgentEvent, ObservedInstance, Report, TaskReport, UsageSample } from '@croft/protocol'
import { sql } from 'kysely'
import type { Db, Executor } from '../../platform/db/connect.ts'
import type { StoredTask } from '../../platform/db/stored-messages.ts'
import type { DatabaseState } from '../../platform/db/tables.ts'
import { transact } from '../../platform/db/transact.ts'
import { isUuid } from '../../platform/ids/index.ts'
import { addJob } from '../../platform/queue/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { recordArchive } from './record-archive.ts'

/** Follows up a task's report in the same transaction. */
export type TaskHandler = (tx: Executor, task: StoredTask, report: TaskReport) => Promise<void>

export interface StoreReportDeps {
  readonly db: Db
  readonly signals: Signals
  readonly onTask: TaskHandler
  /** Counts; called after the events are stored. */
  readonly onAgentEvent: (kind: AgentEvent['kind']) => void
}

/** Name of the job that brings a database's state up to what was reported. */
export const RECONCILE_JOB = 'reconcile-database'

/** Whose report it is. */
export interface Reporter {
  readonly targetId: string
  readonly sessionId: string
}

/**
 * Stores what an agent reports, all or nothing; storing it twice changes nothing. Databases that are on their way
 * somewhere get a reconcile job with it. False, and nothing stored, when the agent has connected anew since: what
 * an older connection still had under way must not cover what the newer one said.
 */
export async function storeReport(
  deps: StoreReportDeps,
  { targetId, sessionId }: Reporter,
  report: Pick<Report, 'observed' | 'tasks' | 'usage' | 'events'>,
): Promise<boolean> {
  const parts = [report.observed, report.tasks, report.usage, report.events]
  if (parts.every((part) => part.length === 0)) return true
  const stored = await transact(deps.db, async (tx) => {
    const current = await tx
      .selectFrom('targets')
      .select('id')
      .where('id', '=', targetId)
      .where('session_id', '=', sessionId)
      .forShare()
      .executeTakeFirst()
    if (!current) return false
    for (const observed of report.observed) await storeObserved(tx, deps.signals, targetId, observed)
    for (const task of report.tasks) await storeTask(tx, deps, targetId, task)
    await storeUsage(tx, targetId, report.usage)
    await storeEvents(tx, targetId, report.events)
    return true
  })
  if (stored) for (const { kind } of report.events) deps.onAgentEvent(kind)
  return stored
}

async function storeObserved(
  tx: Executor,
  signals: Signals,
  targetId: string,
  observed: ObservedInstance,
): Promise<void> {
  const row = await tx
    .updateTable('instances')
    .from('databases')
    .whereRef('databases.id', '=', 'instances.database_id')
    .set({ observed, observed_revision: observed.revision, observed_at: new Date() })
    .where('instances.id', '=', observed.id)
    .where('instances.target_id', '=', targetId)
    .returning(['instances.database_id', 'databases.state'])
    .executeTakeFirst()
  if (!row) return
  await recordArchive(tx, observed)
  if (concerns(row.state, observed)) {
    const databaseId = row.database_id
    await addJob(tx, RECONCILE_JOB, { databaseId }, { key: `${RECONCILE_JOB}:${databaseId}` })
  }
  await signals.send(tx, 'database', row.database_id)
}

/** Whether what was observed may change the database's state. */
function concerns(state: DatabaseState, observed: ObservedInstance): boolean {
  switch (state) {
    case 'provisioning':
    case 'recovering':
    case 'deleting':
      return true
    case 'ready':
      return observed.failedEpoch !== undefined
    case 'failed':
      return observed.status === 'ready'
    case 'deleted':
      return false
  }
}

/** Ends or moves on a task, in the caller's transaction; one that has ended stays as it is. */
export async function storeTask(
  tx: Executor,
  deps: Pick<StoreReportDeps, 'onTask'>,
  targetId: string,
  report: TaskReport,
): Promise<void> {
  const row = await tx
    .updateTable('agent_tasks')
    .set({ state: report.state, report, finished_at: report.state === 'running' ? null : new Date() })
    .where('id', '=', report.id)
    .where('target_id', '=', targetId)
    .where('finished_at', 'is', null)
    .returning('task')
    .executeTakeFirst()
  if (row) await deps.onTask(tx, row.task, report)
}

async function storeUsage(tx: Executor, targetId: string, samples: readonly UsageSample[]): Promise<void> {
  for (const sample of samples) {
    await sql`
      insert into usage_samples (database_id, at, size_bytes, operations)
      select database_id, ${sample.at}, ${Math.round(sample.sizeBytes)}, ${Math.round(sample.operations)}
      from instances where id = ${sample.instanceId} and target_id = ${targetId}
      on conflict do nothing`.execute(tx)
  }
}

async function storeEvents(tx: Executor, targetId: string, events: readonly AgentEvent[]): Promise<void> {
  for (const event of events) {
    // What no database is known for concerns the platform. A directory that an agent does not know may have any name.
    const instanceId = isUuid(event.instanceId) ? event.instanceId : null
    await sql`
      insert into events (id, at, workspace_id, actor_type, actor_id, actor_name, action, subject_type, subject_id, after)
      select ${event.id}, ${event.at}, projects.workspace_id, 'agent', targets.id::text, targets.name, ${event.kind},
        case when databases.id is null then 'instance' else 'database' end,
        coalesce(databases.id::text, ${event.instanceId}), ${JSON.stringify(event.detail)}::jsonb
      from targets
      left join instances on instances.target_id = targets.id and instances.id = ${instanceId}::uuid
      left join databases on databases.id = instances.database_id
      left join projects on projects.id = databases.project_id
      where targets.id = ${targetId}
      on conflict do nothing`.execute(tx)
  }
}
