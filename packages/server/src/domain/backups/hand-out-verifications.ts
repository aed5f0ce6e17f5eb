import { type InferResult, type NotNull, sql } from 'kysely'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { isConnected } from '../targets/index.ts'

/** Name of the job that gives hosts backups to verify. */
export const VERIFY_JOB = 'verify-backups'

export interface VerifyDeps {
  readonly db: Db
  readonly signals: Signals
  /** Checks of backups that a host is given at one time. */
  readonly largeTasksAtOnce: number
}

/** One that could not be checked, since the host had no room, say, is tried again after so long. */
const RETRY_MINUTES = 10

/**
 * Gives hosts the next backups to verify, each no more at one time than it may work on. Runs when a backup is to be
 * verified, when a verification has ended, and now and then for hosts that were away.
 */
export async function handOutVerifications({ db, signals, largeTasksAtOnce }: VerifyDeps): Promise<void> {
  await transact(db, async (tx) => {
    // Two of these jobs at once would both find room for the same one more.
    await sql`select pg_advisory_xact_lock(hashtextextended(${VERIFY_JOB}, 0))`.execute(tx)
    const hosts = await readHosts(tx)
    for (const host of hosts) {
      let room = host.connected ? largeTasksAtOnce - host.running : 0
      if (room <= 0) continue
      const own = await readPending(tx, room, ({ eb }) => eb('instances.target_id', '=', host.targetId))
      for (const backup of own) await handOut(tx, host, backup)
      room -= own.length
      // Of hosts that are away, or lost, what lies where any host can read it.
      const away = hosts.filter(({ connected }) => !connected).map(({ targetId }) => targetId)
      const others =
        room > 0 && away.length > 0 && host.versions.length > 0
          ? await readPending(tx, room, ({ eb }) =>
              eb.and([
                eb('instances.target_id', 'in', away),
                eb('backup_targets.type', '!=', 'directory'),
                eb(sql<string>`databases.engine || ' ' || backups.version`, 'in', host.versions),
              ]),
            )
          : []
      for (const backup of others) await handOut(tx, host, backup)
      if (own.length + others.length > 0) await signals.send(tx, 'task', host.targetId)
    }
  })
}

async function handOut(tx: Executor, host: Host, backup: Pending): Promise<void> {
  const { id, key, version, target, engine, database_id: keyOf } = backup
  const taskId = newId()
  const task = {
    id: taskId,
    kind: 'verify-backup',
    backupId: id,
    key,
    engine,
    version,
    target,
    keyOf,
  } as const
  await tx.insertInto('agent_tasks').values({ id: taskId, target_id: host.targetId, task }).execute()
  await tx
    .updateTable('backups')
    .set({ verification: 'running', verification_task_id: taskId })
    .where('id', '=', id)
    .execute()
}

interface Host {
  readonly targetId: string
  readonly connected: boolean
  /** The engines that it can start, as `postgres 18`. */
  readonly versions: readonly string[]
  /** Checks that it has under way. */
  readonly running: number
}

async function readHosts(tx: Executor): Promise<Host[]> {
  const rows = await tx
    .selectFrom('targets')
    .selectAll('targets')
    .select((eb) =>
      eb
        .selectFrom('agent_tasks')
        .whereRef('agent_tasks.target_id', '=', 'targets.id')
        .where('agent_tasks.finished_at', 'is', null)
        .where(sql`agent_tasks.task->>'kind'`, '=', 'verify-backup')
        .select((count) => count.fn.countAll<number>().as('count'))
        .as('running'),
    )
    .execute()
  return rows.map((row) => ({
    targetId: row.id,
    connected: isConnected(row),
    versions:
      row.agent?.engines
        .filter(({ installed }) => installed)
        .map(({ engine, version }) => `${engine} ${version}`) ?? [],
    running: row.running ?? 0,
  }))
}

function selectPending(tx: Executor) {
  return tx
    .selectFrom('backups')
    .innerJoin('databases', 'databases.id', 'backups.database_id')
    .innerJoin('instances', 'instances.id', 'backups.instance_id')
    .leftJoin('backup_targets', 'backup_targets.id', 'backups.backup_target_id')
    .where('backups.verification', '=', 'pending')
    .where('backups.state', '=', 'completed')
    .where('backups.key', 'is not', null)
    .where('backups.version', 'is not', null)
    .where('databases.deleted_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('backups.verified_at', 'is', null),
        eb('backups.verified_at', '<', sql<Date>`now() - make_interval(mins => ${RETRY_MINUTES})`),
      ]),
    )
    .select(['backups.id', 'backups.key', 'backups.version', 'backups.target', 'backups.database_id'])
    .select('databases.engine')
    .$narrowType<{ key: NotNull; version: NotNull }>()
}
type Pending = InferResult<ReturnType<typeof selectPending>>[number]

/** The oldest that wait, of those that `which` lets through. */
function readPending(
  tx: Executor,
  limit: number,
  which: Parameters<ReturnType<typeof selectPending>['where']>[0],
): Promise<Pending[]> {
  return selectPending(tx)
    .where(which)
    .orderBy('backups.id')
    .limit(limit)
    .forUpdate('backups')
    .skipLocked()
    .execute()
}
