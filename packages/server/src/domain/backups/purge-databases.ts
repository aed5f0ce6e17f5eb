import { type SqlBool, sql } from 'kysely'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { systemCall } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { askDeletion, askTrim } from './ask-removal.ts'
import { isArchiveInUse, isBackupInUse } from './in-use.ts'

/** What of a database is still stored, or may be. */
const KEPT_BACKUPS = sql`select from backups b where b.database_id = databases.id and b.state not in ('deleted', 'skipped')`
const KEPT_CHAINS = sql`select from archive_chains c join instances i on i.id = c.instance_id
  where i.database_id = databases.id and c.cleared_at is null`

/** What nothing at all can be restored from needs no time of grace. */
const isDue = sql<SqlBool>`(
  coalesce(databases.purge_at, databases.deleted_at) <= now()
  or not (exists (${KEPT_BACKUPS}) or exists (${KEPT_CHAINS})))`

/**
 * Asks the agents to remove backups and archives of databases whose time of grace is over, and forgets the keys of
 * those of which they have confirmed it. One that something is being restored from waits for that.
 */
export async function purgeDatabases(deps: { db: Db; signals: Signals }, jobId: string): Promise<void> {
  const due = await deps.db
    .selectFrom('databases')
    .select('id')
    .where('deleted_at', 'is not', null)
    .where('purged_at', 'is', null)
    .where('state', '=', 'deleted')
    .where(isDue)
    .orderBy('deleted_at')
    .execute()
  for (const { id } of due) await transact(deps.db, (tx) => purgeDatabase(tx, deps.signals, id, jobId))
}

async function purgeDatabase(tx: Executor, signals: Signals, id: string, jobId: string): Promise<void> {
  const database = await tx
    .selectFrom('databases')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .select(['databases.id', 'databases.name', 'projects.workspace_id'])
    .where('databases.id', '=', id)
    .where('databases.purged_at', 'is', null)
    // Held while a restore from it begins, too.
    .forUpdate('databases')
    .executeTakeFirst()
  if (!database || (await isInUse(tx, id))) return
  const backups = await tx
    .selectFrom('backups')
    .innerJoin('instances', 'instances.id', 'backups.instance_id')
    .select(['backups.id', 'backups.key', 'backups.target', 'backups.instance_id', 'instances.target_id'])
    .where('backups.database_id', '=', id)
    .where('backups.state', 'in', ['completed', 'failed'])
    .execute()
  await askDeletion(tx, signals, backups)
  const chains = await tx
    .selectFrom('archive_chains')
    .innerJoin('instances', 'instances.id', 'archive_chains.instance_id')
    .select([
      'archive_chains.instance_id',
      'archive_chains.chain',
      'archive_chains.backup_target_id',
      'instances.target_id',
    ])
    .where('instances.database_id', '=', id)
    .where('archive_chains.removed_at', 'is', null)
    .execute()
  for (const chain of chains) await askTrim(tx, signals, chain, null)
  const purged = await tx
    .updateTable('databases')
    .set({ purged_at: new Date(), backup_key: null })
    .where('id', '=', id)
    .where(sql<SqlBool>`not (exists (${KEPT_BACKUPS}) or exists (${KEPT_CHAINS}))`)
    .returning('id')
    .executeTakeFirst()
  if (!purged) return
  await recordEvent(tx, systemCall('purge', jobId), {
    workspaceId: database.workspace_id,
    action: 'database.purged',
    subjectType: 'database',
    subjectId: id,
    before: { name: database.name },
  })
}

async function isInUse(tx: Executor, databaseId: string): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`
    select exists (select from backups where database_id = ${databaseId} and ${isBackupInUse})
      or exists (select from instances i where i.database_id = ${databaseId} and ${isArchiveInUse('i.id')}) as used`.execute(
    tx,
  )
  return rows[0]?.used ?? false
}
