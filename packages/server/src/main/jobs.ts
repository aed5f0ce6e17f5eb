import type { Logger } from 'pino'
import { type Access, MAIL_JOB, type People } from '../domain/access/index.ts'
import { runPlans } from '../domain/backup-plans/index.ts'
import {
  probeTargets,
  REMOVE_TARGET_JOB,
  removeTarget,
  SYNC_STATES_JOB,
  syncStates,
} from '../domain/backup-targets/index.ts'
import {
  expireBackups,
  handOutVerifications,
  purgeDatabases,
  type ScheduleDeps,
  scheduleBackups,
  trimArchives,
  VERIFY_JOB,
  type VerifyDeps,
} from '../domain/backups/index.ts'
import {
  EXPIRE_BACKUPS_JOB,
  PURGE_QUARANTINED_JOB,
  purgeQuarantined,
  type QuarantineDeps,
  reconcileDatabase,
} from '../domain/databases/index.ts'
import type { Events } from '../domain/events/index.ts'
import { RESEAL_JOB } from '../domain/keys/index.ts'
import { deleteExpiredProjects } from '../domain/projects/index.ts'
import { expirePoints } from '../domain/recovery/index.ts'
import { purgeHistory, RECONCILE_JOB, SCHEDULE_BACKUPS_JOB } from '../domain/targets/index.ts'
import type { Db } from '../platform/db/index.ts'
import { purgeIdempotencyKeys } from '../platform/http/index.ts'
import type { CronEntry, Job } from '../platform/queue/index.ts'
import { type KeyRing, rotateSealedColumns, type Sealer } from '../platform/secrets/index.ts'
import type { Signals } from '../platform/signals/index.ts'

export interface JobDeps extends VerifyDeps, QuarantineDeps, ScheduleDeps {
  readonly db: Db
  readonly signals: Signals
  readonly sealer: Sealer
  readonly ring: KeyRing
  readonly access: Access
  readonly people: People
  readonly events: Events
  readonly log: Logger
}

/** Every job a worker runs, by name. */
export function createJobs(deps: JobDeps): Record<string, Job> {
  return {
    [RECONCILE_JOB]: (payload, { jobId }) => reconcileDatabase(deps, idIn(payload, 'databaseId'), jobId),
    [EXPIRE_BACKUPS_JOB]: async (_payload, { jobId }) => {
      await expireBackups(deps)
      await trimArchives(deps)
      await purgeDatabases(deps, jobId)
    },
    'probe-targets': () => probeTargets(deps),
    [SYNC_STATES_JOB]: () => syncStates(deps),
    [REMOVE_TARGET_JOB]: (payload, { jobId }) => removeTarget(deps, idIn(payload, 'backupTargetId'), jobId),
    [RESEAL_JOB]: async (_payload, { signal }) =>
      void (await rotateSealedColumns(deps.db, deps.ring, signal)),
    [MAIL_JOB]: (payload, { jobId }) => deps.people.sendMail(payload, jobId),
    [VERIFY_JOB]: () => handOutVerifications(deps),
    [SCHEDULE_BACKUPS_JOB]: async (_payload, { jobId }) => {
      try {
        await runPlans(deps, jobId)
      } finally {
        await scheduleBackups(deps, jobId)
      }
    },
    'expire-events': async (_payload, { jobId, signal }) =>
      void (await deps.events.expireEvents(jobId, signal)),
    [PURGE_QUARANTINED_JOB]: (_payload, { jobId }) => purgeQuarantined(deps, jobId),
    'delete-expired-projects': async (_payload, { jobId }) => void (await deleteExpiredProjects(deps, jobId)),
    'purge-expired': async () => {
      await purgeIdempotencyKeys(deps.db)
      await deps.access.purgeExpired()
      await expirePoints(deps.db)
      await purgeHistory(deps.db)
    },
  }
}

/** When jobs run by themselves (UTC). */
export function createCron(): CronEntry[] {
  return [
    { name: 'schedule-backups', pattern: '* * * * *', job: SCHEDULE_BACKUPS_JOB },
    { name: 'verify-backups', pattern: '*/5 * * * *', job: VERIFY_JOB },
    { name: 'expire-backups', pattern: '17 * * * *', job: EXPIRE_BACKUPS_JOB },
    { name: SYNC_STATES_JOB, pattern: '* * * * *', job: SYNC_STATES_JOB },
    { name: 'probe-targets', pattern: '*/15 * * * *', job: 'probe-targets' },
    { name: 'delete-expired-projects', pattern: '* * * * *', job: 'delete-expired-projects' },
    { name: 'purge-quarantined', pattern: '29 * * * *', job: PURGE_QUARANTINED_JOB },
    { name: 'expire-events', pattern: '23 3 * * *', job: 'expire-events' },
    { name: 'purge-expired', pattern: '41 * * * *', job: 'purge-expired' },
  ]
}

function idIn(payload: unknown, name: string): string {
  const id = typeof payload === 'object' && payload !== null ? Reflect.get(payload, name) : undefined
  if (typeof id === 'string') return id
  throw new TypeError(`a job without a ${name}`)
}
