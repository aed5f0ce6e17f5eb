import type { RecoveryPoint } from '@croft/protocol'
import type { Executor } from '../../platform/db/connect.ts'
import type { StoredOrigin, StoredTarget } from '../../platform/db/stored-messages.ts'
import type { RecoveryUntil } from '../../platform/db/tables.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import { archivedEngines, type EngineFacts, engineOf } from '../engines/index.ts'
import type { Source, SourceWish } from './entities.ts'
import { findPoint } from './find-point.ts'
import { findSourceDatabase, type SourceDatabase } from './find-source-database.ts'

export interface FoundSource {
  readonly engine: string
  readonly version: string
  /** What it is called within its server; null for the engine's usual name. */
  readonly databaseName: string | null
  /** The host that its instance is or was on. */
  readonly targetId: string
  readonly hostConnected: boolean
  /** Whether only that host can read it: live copies, and backups in a directory. */
  readonly bound: boolean
  readonly origin: StoredOrigin
  /** What is shown of it as the source of a database. */
  readonly shown: Source
  /** The backup that is restored; null for a live copy, and for what an empty database began with. */
  readonly backupId: string | null
  /** What was asked to stop at; null for a backup as it is. */
  readonly until: RecoveryUntil | null
  /** A host other than its own finds nothing of the archive that is newer; null when that does not matter. */
  readonly lacksAfter: Date | null
}

/**
 * Looks up what a database is to be made from: a live one, a backup, or any moment of an archive. The caller must be
 * able to read it. Throws `database-not-found`, `backup-not-found`, `restore-point-not-found`, `database-not-ready`,
 * `backup-not-restorable`, `point-outside-window`, `invalid-input`.
 */
export async function findSource(
  db: Executor,
  call: Call,
  source: Exclude<SourceWish, { type: 'empty' }>,
): Promise<FoundSource> {
  const database = await findSourceDatabase(db, call, source.databaseId)
  if (source.type === 'backup') return ofBackup(db, database, source)
  if (source.at !== undefined && source.restorePoint !== undefined) {
    throw new CroftError('invalid-input', 'A moment and a restore point cannot be given together.', {
      fields: [{ path: '/source/restorePoint', message: 'must be left out, or `at` must' }],
    })
  }
  const named = source.at !== undefined || source.restorePoint !== undefined
  return named || database.isDeleted ? ofPoint(db, database, source) : ofLive(database)
}

const about = ({ engine, version, databaseName, targetId, hostConnected }: SourceDatabase) => ({
  engine,
  version,
  databaseName,
  targetId,
  hostConnected,
})

function ofLive(database: SourceDatabase): FoundSource {
  if (database.state !== 'ready') {
    throw new CroftError('database-not-ready', `The source database is ${database.state}.`, {
      hint: 'Copy it once it is ready, or restore it to a moment of its recovery window.',
    })
  }
  return {
    ...about(database),
    bound: true,
    origin: { type: 'instance', instanceId: database.instanceId },
    shown: { type: 'database', databaseId: database.id },
    backupId: null,
    until: null,
    lacksAfter: null,
  }
}

async function ofBackup(
  db: Executor,
  database: SourceDatabase,
  source: Extract<SourceWish, { type: 'backup' }>,
): Promise<FoundSource> {
  const backup = await db
    .selectFrom('backups')
    .selectAll()
    .where('id', '=', source.backupId)
    .where('database_id', '=', database.id)
    .where('state', 'not in', ['skipped', 'deleting', 'deleted'])
    // Within a transaction this keeps the backup from being expired until it is noted who reads it.
    .forShare()
    .executeTakeFirst()
  if (!backup) throw new CroftError('backup-not-found', 'There is no backup with this id of this database.')
  if (backup.state !== 'completed' || backup.key === null || backup.version === null) {
    throw new CroftError('backup-not-restorable', `The backup is ${backup.state}, not completed.`)
  }
  if (backup.found_bad && source.force !== true) {
    const reason = backup.verification_error ?? 'no reason was told'
    throw new CroftError('backup-not-restorable', `The backup failed its verification: ${reason}`, {
      hint: 'Restore another one. Croft’s own API restores it all the same with `force`.',
    })
  }
  return {
    ...about(database),
    version: backup.version,
    bound: await isBound(db, backup.target),
    origin: {
      type: 'backup',
      backupId: backup.id,
      key: backup.key,
      target: backup.target,
      keyOf: database.id,
    },
    shown: { type: 'backup', databaseId: database.id, backupId: backup.id },
    backupId: backup.id,
    until: null,
    lacksAfter: null,
  }
}

async function ofPoint(
  db: Executor,
  database: SourceDatabase,
  source: Extract<SourceWish, { type: 'database' }>,
): Promise<FoundSource> {
  assertArchived(engineOf(database.engine))
  const { chain, target, backupId, key, at, until } = await findPoint(db, database, source)
  const { instanceId } = chain
  return {
    ...about(database),
    bound: await isBound(db, target),
    origin: {
      type: 'backup',
      backupId,
      key,
      target,
      keyOf: database.id,
      recovery: { instanceId, chain: chain.chain, until: pointOf(until) },
    },
    shown: { type: 'database', databaseId: database.id, ...shownUntil(until) },
    backupId,
    until,
    lacksAfter: at > chain.archivedAt ? chain.archivedAt : null,
  }
}

/** Without an archive there are the moments of backups only. */
function assertArchived({ archived, title }: EngineFacts): void {
  if (archived) return
  throw new CroftError(
    'point-outside-window',
    `A ${title} database can be restored to its backups, not to moments in between: its changes are not archived.`,
    { hint: `Restore one of its backups. Engines that can be restored to any moment: ${archivedEngines()}.` },
  )
}

function pointOf(until: RecoveryUntil): RecoveryPoint {
  return until.type === 'restore-point' ? { type: 'mark', id: until.id } : until
}

function shownUntil(until: RecoveryUntil): { at?: string; restorePoint?: string } {
  if (until.type === 'time') return { at: until.at }
  return until.type === 'restore-point' ? { restorePoint: until.name } : {}
}

/** A directory is on one host, an object store anywhere. */
async function isBound(db: Executor, target: StoredTarget): Promise<boolean> {
  if (target.type === 'directory') return true
  const row = await db
    .selectFrom('backup_targets')
    .select('type')
    .where('id', '=', target.backupTargetId)
    .executeTakeFirst()
  return row === undefined || row.type === 'directory'
}
