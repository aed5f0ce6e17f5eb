import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Db } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { type Call, systemCall } from '../access/index.ts'
import { dueTick, readCron, ticksOf } from './backup-schedule.ts'
import { type StartBackupInput, startBackup } from './start-backup.ts'

export interface ScheduleDeps {
  readonly db: Db
  readonly signals: Signals
  readonly log: Pick<Logger, 'warn'>
  /** Of databases that have none of their own: five fields, UTC. */
  readonly backupSchedule: string
}

/** After a failure an archive that needs a backup gets the next try so much later. */
const RETRY_MINUTES = 10

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

/** Databases whose archive goes on from no backup, where none is being made. */
async function findBaseless(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('archive_chains')
    .innerJoin('instances', 'instances.id', 'archive_chains.instance_id')
    .innerJoin('databases', 'databases.id', 'instances.database_id')
    .select('databases.id')
    .distinct()
    .where('archive_chains.ended_at', 'is', null)
    .where('archive_chains.base_key', 'is', null)
    .where('databases.state', '=', 'ready')
    .where('databases.deleted_at', 'is', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('backups')
            .select('backups.id')
            .whereRef('backups.database_id', '=', 'databases.id')
            .where((made) =>
              made.or([
                made('backups.state', '=', 'running'),
                made.and([
                  made('backups.state', '=', 'completed'),
                  made('backups.chain', '=', made.ref('archive_chains.chain')),
                  // One that failed its check is no base; but what made it fail may meet the next one too.
                  made.or([
                    made('backups.verification', '!=', 'failed'),
                    made(
                      'backups.verified_at',
                      '>',
                      sql<Date>`now() - make_interval(mins => ${RETRY_MINUTES})`,
                    ),
                  ]),
                ]),
                made.and([
                  made('backups.state', '=', 'failed'),
                  made('backups.trigger', '=', 'chain'),
                  made(
                    'backups.completed_at',
                    '>',
                    sql<Date>`now() - make_interval(mins => ${RETRY_MINUTES})`,
                  ),
                ]),
              ]),
            ),
        ),
      ),
    )
    .orderBy('databases.id')
    .execute()
  return rows.map(({ id }) => id)
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
