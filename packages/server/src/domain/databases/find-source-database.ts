import type { Executor } from '../../platform/db/connect.ts'
import { type Action, type Call, isAllowed } from '../access/index.ts'
import { isConnected } from '../targets/index.ts'
import type { DatabaseState } from './entities.ts'
import { getDatabase } from './get-database.ts'
import { NAMESPACE_ID } from './subjects.ts'

/** A database that another is to be made from: a live one, or a deleted one that is not purged yet. */
export interface SourceDatabase {
  readonly id: string
  readonly engine: string
  readonly version: string
  /** Null for the engine's usual one. */
  readonly databaseName: string | null
  readonly state: DatabaseState
  readonly isDeleted: boolean
  readonly retentionDays: number
  readonly instanceId: string
  readonly targetId: string
  readonly hostConnected: boolean
}

/**
 * A live database must be readable for the caller. A deleted one is there only for those who could read it and may make
 * databases in its project: who could merely read it has lost it. Throws `database-not-found`.
 */
export async function findSourceDatabase(db: Executor, call: Call, id: string): Promise<SourceDatabase> {
  const row = await db
    .selectFrom('databases')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .innerJoin('instances', 'instances.database_id', 'databases.id')
    .innerJoin('targets', 'targets.id', 'instances.target_id')
    .where('databases.id', '=', id)
    .selectAll('databases')
    .select([
      'projects.workspace_id',
      'instances.id as instance_id',
      'instances.target_id',
      'targets.connected_at',
      'targets.last_seen_at',
    ])
    .select(NAMESPACE_ID.as('namespace_id'))
    .executeTakeFirst()
  const isOfOther = call.engine !== undefined && row?.engine !== call.engine
  const isDeleted = row !== undefined && row.deleted_at !== null && !isOfOther
  const may = (action: Action): boolean =>
    row !== undefined &&
    isAllowed(call.principal, action, 'databases', {
      id: row.id,
      workspaceId: row.workspace_id,
      projectId: row.project_id,
      name: row.name,
      engine: row.engine,
      region: row.region,
      size: row.size,
      branchId: row.branch_id,
      namespaceId: row.namespace_id,
    })
  const mayRestore = isDeleted && row.purged_at === null && may('read') && may('create')
  // Says what is the matter with any other: that it is not there, or that a rule forbids it.
  if (row === undefined || !mayRestore) await getDatabase(db, call, id)
  if (row === undefined) throw new TypeError('a database that is there has an instance on a target')
  return {
    id: row.id,
    engine: row.engine,
    version: row.version,
    databaseName: row.database_name,
    state: row.state,
    isDeleted,
    retentionDays: row.backup_retention_days,
    instanceId: row.instance_id,
    targetId: row.target_id,
    hostConnected: isConnected(row),
  }
}
