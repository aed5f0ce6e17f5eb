import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import type { StoredTask } from '../../platform/db/stored-messages.ts'

/** Small tasks in one message; the rest follows when some of them have ended. */
const SMALL_AT_ONCE = 100
const LARGE: readonly StoredTask['kind'][] = ['backup', 'verify-backup']

/** Whether it takes a host's disk and processor for as long as a database is large. */
export const isLarge = (task: Pick<StoredTask, 'kind'>): boolean => LARGE.includes(task.kind)

export interface OpenTasks {
  readonly tasks: readonly StoredTask[]
  /** Whether others wait for some of these to end. */
  readonly more: boolean
}

/**
 * The tasks an agent should have now: all small ones, and of the large ones so many as may run at one time. Those that
 * it has already (`given`) are among them; the others go by how urgent they are: what somebody asked for before
 * what a schedule did, and a mark in the log, which is of this moment, before everything. Those that wait for a target
 * take nobody's place; `isFirst` tells them again to an agent that may have lost its memory.
 */
export async function openTasks(
  db: Db,
  targetId: string,
  { given, largeAtOnce, isFirst }: { given: ReadonlySet<string>; largeAtOnce: number; isFirst: boolean },
): Promise<OpenTasks> {
  const open = db
    .selectFrom('agent_tasks')
    .where('agent_tasks.target_id', '=', targetId)
    .where('agent_tasks.finished_at', 'is', null)
  const kind = sql<string>`agent_tasks.task->>'kind'`
  const isWaiting = sql<boolean>`(agent_tasks.state = 'running' and agent_tasks.report ? 'fault')`
  const [small, large, waiting] = await Promise.all([
    open
      .select('agent_tasks.task')
      .where(kind, 'not in', LARGE)
      .orderBy(sql`${kind} not in ('mark-restore-point', 'probe-target')`)
      .orderBy('agent_tasks.created_at')
      .limit(SMALL_AT_ONCE)
      .execute(),
    open
      .leftJoin('backups', 'backups.task_id', 'agent_tasks.id')
      .select('agent_tasks.task')
      .where(kind, 'in', LARGE)
      .where((eb) => eb.not(isWaiting))
      .orderBy(sql`agent_tasks.id = any(${[...given]}::uuid[]) or agent_tasks.state = 'running'`, 'desc')
      .orderBy(sql`backups.trigger is not distinct from 'schedule'`)
      .orderBy('agent_tasks.created_at')
      .limit(largeAtOnce + 1)
      .execute(),
    isFirst ? open.select('agent_tasks.task').where(kind, 'in', LARGE).where(isWaiting).execute() : [],
  ])
  return {
    tasks: [...small, ...large.slice(0, largeAtOnce), ...waiting].map((row) => row.task),
    more: small.length === SMALL_AT_ONCE || large.length > largeAtOnce,
  }
}
