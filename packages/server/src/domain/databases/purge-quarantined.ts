import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type Call, systemCall } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { lockProject } from '../tenancy/index.ts'
import { type RemovalDeps, removeDatabase } from './delete-database.ts'
import { getDatabase } from './get-database.ts'
import { lockDatabase } from './lock-database.ts'

/** Name of the job that ends quarantines. */
export const PURGE_QUARANTINED_JOB = 'purge-quarantined'

const DAY_MS = 86_400_000
/** The end of a quarantine is announced so long before; of a short one, after half of it. */
const NOTICE_MS = DAY_MS

const ANY = { quarantined: 'any' } as const

export interface QuarantineDeps extends RemovalDeps {
  readonly db: Db
  readonly defaults: RemovalDeps['defaults'] & { readonly quarantineDays: number }
}

/**
 * Announces which quarantines end soon, each once, and deletes the databases of those that are over. None is deleted that
 * was not announced long enough before: when nobody ran this for days, it is announced now. Run every hour.
 */
export async function purgeQuarantined(deps: QuarantineDeps, jobId: string, now = new Date()): Promise<void> {
  const call = systemCall('quarantine', jobId)
  const lastsMs = deps.defaults.quarantineDays * DAY_MS
  const noticeMs = Math.min(NOTICE_MS, lastsMs / 2)
  const quarantined = await deps.db
    .selectFrom('databases')
    .select(['id', 'quarantined_at', 'quarantine_warned_at'])
    .where('deleted_at', 'is', null)
    .where('quarantined_at', '<=', new Date(now.getTime() - lastsMs + noticeMs))
    .orderBy('quarantined_at')
    .execute()
  for (const { id, quarantined_at: since, quarantine_warned_at: warnedAt } of quarantined) {
    if (since === null) continue
    const earliest = (warnedAt ?? now).getTime() + noticeMs
    const endsAt = new Date(Math.max(since.getTime() + lastsMs, earliest))
    try {
      if (warnedAt === null) await announce(deps.db, call, id, { now, endsAt })
      else if (endsAt <= now) await purge(deps, call, id)
    } catch (error) {
      // Released or deleted since: the next run looks again at what is left.
      if (!(error instanceof CroftError)) throw error
    }
  }
}

async function announce(
  db: Db,
  call: Call,
  id: string,
  { now, endsAt }: { now: Date; endsAt: Date },
): Promise<void> {
  await transact(db, async (tx) => {
    const announced = await tx
      .updateTable('databases')
      .set({ quarantine_warned_at: now })
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .where('quarantined_at', 'is not', null)
      .where('quarantine_warned_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (!announced) return
    const { workspaceId, name } = await getDatabase(tx, call, id, 'read', ANY)
    await recordEvent(tx, call, {
      workspaceId,
      action: 'database.quarantine-ending',
      subjectType: 'database',
      subjectId: id,
      after: { name, endsAt: endsAt.toISOString() },
    })
  })
}

async function purge(deps: QuarantineDeps, call: Call, id: string): Promise<void> {
  await transact(deps.db, async (tx) => {
    const { project } = await getDatabase(tx, call, id, 'read', ANY)
    await lockProject(tx, call, project.id, null)
    const database = await lockDatabase(tx, call, id, ANY)
    if (database.quarantinedAt !== null) await removeDatabase(tx, deps, call, database)
  })
}
