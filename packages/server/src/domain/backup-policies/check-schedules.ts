import { randomUUID } from 'node:crypto'
import { CroftError } from '../../platform/errors/index.ts'
import { readCron } from '../backups/index.ts'
import type { BackupSchedule } from './policy.ts'

/** A schedule as it is asked for. */
export interface NewSchedule {
  /** A UUID that is kept as it is; made where it is missing. */
  readonly id?: string | undefined
  readonly type: BackupSchedule['type']
  /** Cron: five fields, in UTC. */
  readonly schedule: string
  readonly retention_count: number
}

function refuse(path: string, message: string): never {
  throw new CroftError('not-applicable', `The backup policy is not valid: ${path.slice(1)} ${message}.`, {
    fields: [{ path, message }],
  })
}

/** Whether a text is five fields of cron that name a time which comes. */
function isCron(pattern: string): boolean {
  try {
    return readCron(pattern).nextRun() !== null
  } catch {
    return false
  }
}

const MOST_SCHEDULES = 50
/** More backups than anybody keeps of one schedule, and still an integer to the database. */
const MOST_KEPT = 100_000

/** Schedules as they are stored. Throws `not-applicable`. */
export function checkSchedules(schedules: readonly NewSchedule[]): BackupSchedule[] {
  if (schedules.length === 0) refuse('/schedules', 'must not be empty')
  if (schedules.length > MOST_SCHEDULES) refuse('/schedules', `must be at most ${MOST_SCHEDULES}`)
  const ids = new Set<string>()
  return schedules.map(({ id = randomUUID(), type, schedule, retention_count }, index) => {
    const at = `/schedules/${index}`
    if (!isCron(schedule)) refuse(`${at}/schedule`, 'must be a cron expression of five fields, in UTC')
    if (!Number.isInteger(retention_count) || retention_count < 1 || retention_count > MOST_KEPT) {
      refuse(`${at}/retention_count`, `must be a number from 1 to ${MOST_KEPT}`)
    }
    if (ids.has(id.toLowerCase())) refuse(`${at}/id`, 'must differ from the ids of the other schedules')
    ids.add(id.toLowerCase())
    return { id, type, schedule, retention_count }
  })
}
