import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { StoredTarget } from '../../platform/db/stored-messages.ts'
import type { RecoveryUntil } from '../../platform/db/tables.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { isUuid } from '../../platform/ids/index.ts'
import {
  type Chain,
  outsideWindow,
  readChains,
  readMoment,
  retainedSince,
  type Span,
  spanAt,
  spansOf,
} from '../archives/index.ts'
import type { SourceDatabase } from './find-source-database.ts'

/** What a restore through the archive begins with and where it ends. */
export interface FoundPoint {
  readonly chain: Chain
  readonly target: StoredTarget
  /** Null for what an empty database began with. */
  readonly backupId: string | null
  readonly key: string
  readonly at: Date
  readonly until: RecoveryUntil
}

export interface PointWish {
  readonly at?: string | undefined
  /** A restore point's name or id. */
  readonly restorePoint?: string | undefined
}

/**
 * Finds the chain that holds a moment, or the end of the newest one when none is named, and the newest usable backup
 * in it from before. Throws `invalid-input`, `restore-point-not-found`, `point-outside-window`.
 */
export async function findPoint(
  db: Executor,
  database: SourceDatabase,
  wish: PointWish,
): Promise<FoundPoint> {
  const now = new Date()
  const chains = await readChains(db, [database.id])
  const since = database.isDeleted ? null : retainedSince(now, database.retentionDays)
  const spans = spansOf(chains, { now, since })
  const { span, at, until } = await choose(db, database, wish, spans, now)
  const chain = chains.find((each) => each.chain === span.chain)
  const base = chain && (await findBase(db, chain, at))
  if (!base) throw outsideWindow(spans, at, now)
  const { backupTargetId } = chain
  const target: StoredTarget =
    backupTargetId === null ? { type: 'directory', path: null } : { type: 'stored', backupTargetId }
  return { chain, target, ...base, at, until }
}

interface Choice {
  readonly span: Span
  readonly at: Date
  readonly until: RecoveryUntil
}

async function choose(
  db: Executor,
  database: SourceDatabase,
  wish: PointWish,
  spans: readonly Span[],
  now: Date,
): Promise<Choice> {
  if (wish.at !== undefined) {
    const at = readMoment(wish.at, now)
    const span = spanAt(spans, at)
    if (!span) throw outsideWindow(spans, at, now)
    return { span, at, until: { type: 'time', at: at.toISOString() } }
  }
  if (wish.restorePoint !== undefined) return chooseMark(db, database, wish.restorePoint, spans, now)
  const span = spans.reduce<Span | undefined>(
    (last, each) => (last && last.to > each.to ? last : each),
    undefined,
  )
  if (!span) throw outsideWindow(spans, now, now)
  return { span, at: span.to, until: { type: 'latest' } }
}

async function chooseMark(
  db: Executor,
  database: SourceDatabase,
  named: string,
  spans: readonly Span[],
  now: Date,
): Promise<Choice> {
  const point = await db
    .selectFrom('restore_points')
    .selectAll()
    .where('database_id', '=', database.id)
    .where('deleted_at', 'is', null)
    .where('state', '!=', 'failed')
    .where((eb) => eb.or([eb('name', '=', named), ...(isUuid(named) ? [eb('id', '=', named)] : [])]))
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!point || point.at === null || point.chain === null) {
    throw new CroftError(
      'restore-point-not-found',
      'This database has no restore point of this name or id.',
      {
        hint: point ? 'It is being set at this moment; try again.' : 'List its restore points.',
      },
    )
  }
  // A host whose clock is ahead may have set it a moment from now.
  const at = point.at < now ? point.at : now
  const span = spanAt(
    spans.filter((each) => each.chain === point.chain),
    at,
  )
  if (!span)
    throw outsideWindow(
      spans.filter((each) => each.chain !== point.chain),
      at,
      now,
    )
  return { span, at, until: { type: 'restore-point', id: point.id, name: point.name } }
}

async function findBase(
  db: Executor,
  chain: Chain,
  at: Date,
): Promise<Pick<FoundPoint, 'backupId' | 'key'> | undefined> {
  const backup = await db
    .selectFrom('backups')
    .select(['id', 'key'])
    .where('instance_id', '=', chain.instanceId)
    .where('chain', '=', chain.chain)
    .where('backup_target_id', 'is not distinct from', chain.backupTargetId)
    .where('state', '=', 'completed')
    .where('found_bad', '=', false)
    .where('key', 'is not', null)
    .where('consistent_at', '<=', at)
    // What came after an older one that somebody keeps is not archived any more.
    .where(
      sql<boolean>`not exists (
        select from archive_chains c
        where c.instance_id = backups.instance_id and c.chain = backups.chain
          and c.trimmed_lsn::pg_lsn > backups.start_lsn::pg_lsn)`,
    )
    .orderBy('consistent_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    // Within a transaction this keeps the backup from being expired until it is noted who reads it.
    .forShare()
    .executeTakeFirst()
  if (backup && backup.key !== null) return { backupId: backup.id, key: backup.key }
  return chain.baseKey === null || chain.trimmed ? undefined : { backupId: null, key: chain.baseKey }
}
