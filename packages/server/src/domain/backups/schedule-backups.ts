import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Db } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { type Call, systemCall } from '../access/index.ts'
import { dueTick, readCron, ticksOf } from './backup-schedule.ts'
import { findBaseless } from './find-baseless.ts'
import { type StartBackupInput, startBackup } from './start-backup.ts'

export interface ScheduleDeps {
  readonly db: Db
  readonly signals: Signals
  readonly log: Pick<Logger, 'warn'>
  /** Of databases that have none of their own: five fields, UTC. */
  readonly backupSchedule: string
}

/**
 * Starts the backups whose time has come, and those that an archive cannot be used without. Agents skip what nothing has
 * written to since. Runs every minute, and when an archive begins; a time that was missed is made up for once.
 */
export async function scheduleBackups(deps: ScheduleDeps, jobId: string, now = new Date()): Promise<void> {
  const call = systemCall('backup-schedule', jobId)
  const baseless = await findBaseless(deps.db)
  for (const databaseId of baseless) {
    await start(deps, call, { databaseId, trigger: 'chain', onlyIfChanged: false })
  }
  const own = await deps.db
    .selectFrom('databases')
    .select('backup_schedule')
    .distinct()
    .where('state', '=', 'ready')
    .where('backup_schedule', 'is not', null)
    .execute()
  for (const schedule of [null, ...own.flatMap((row) => row.backup_schedule ?? [])]) {
    for (const { databaseId, scheduledFor } of await findDue(deps, schedule, now)) {
      await start(deps, call, { databaseId, trigger: 'schedule', onlyIfChanged: true, scheduledFor })
    }
  }
}

async function findDue(deps: ScheduleDeps, schedule: string | null, now: Date) {
  const ticks = ticksOf(readCron(schedule ?? deps.backupSchedule), now)
  if (!ticks) return []
  const last = sql<Date>`coalesce(backup_scheduled_for, created_at)`
  const behind = await deps.db
    .selectFrom('databases')
    .select(['id', last.as('last')])
    .where('state', '=', 'ready')
    .where('deleted_at', 'is', null)
    .where('backup_schedule', 'is not distinct from', schedule)
    .where(last, '<', ticks.latest)
    .orderBy('id')
    .execute()
  return behind.flatMap(({ id, last }) => {
    const scheduledFor = dueTick(ticks, id, now)
    return scheduledFor && scheduledFor > last ? [{ databaseId: id, scheduledFor }] : []
  })
}

async function start(deps: ScheduleDeps, call: Call, input: StartBackupInput): Promise<void> {
  try {
    await startBackup(deps, call, input)
  } catch (error) {
    // Deleted or being restored since: one database must not keep the others from their backup.
    if (!(error instanceof CroftError)) throw error
    deps.log.warn({ databaseId: input.databaseId, code: error.code }, 'no backup this time')
  }
}
