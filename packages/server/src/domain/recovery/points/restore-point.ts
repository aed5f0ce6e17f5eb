import { sql } from 'kysely'
import type { Executor } from '../../../platform/db/connect.ts'
import type { Columns, Subjects } from '../../access/index.ts'
import { NAMESPACE_ID } from '../../databases/index.ts'

/** A named moment that a database can be restored to, exactly. */
export interface RestorePoint {
  readonly id: string
  readonly databaseId: string
  readonly workspaceId: string
  readonly projectId: string
  readonly namespaceId: string | null
  readonly name: string
  readonly state: 'running' | 'completed' | 'failed'
  readonly at: Date | null
  readonly lsn: string | null
  readonly chain: string | null
  readonly error: string | null
  readonly createdAt: Date
  /** Of its database, which says how long it is of use. */
  readonly retentionDays: number
}

/** Those of databases that are there and in no quarantine; callers add conditions and an order. */
export function selectPoints(db: Executor) {
  return db
    .selectFrom('restore_points')
    .innerJoin('databases', 'databases.id', 'restore_points.database_id')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .where('databases.deleted_at', 'is', null)
    .where('databases.quarantined_at', 'is', null)
    .where('restore_points.deleted_at', 'is', null)
    .selectAll('restore_points')
    .select(['databases.project_id', 'databases.backup_retention_days', 'projects.workspace_id'])
    .select(NAMESPACE_ID.as('namespace_id'))
}

type Row = Awaited<ReturnType<ReturnType<typeof selectPoints>['execute']>>[number]

export const toPoint = (row: Row): RestorePoint => ({
  id: row.id,
  databaseId: row.database_id,
  workspaceId: row.workspace_id,
  projectId: row.project_id,
  namespaceId: row.namespace_id,
  name: row.name,
  state: row.state,
  at: row.at,
  lsn: row.lsn,
  chain: row.chain,
  error: row.error,
  createdAt: row.created_at,
  retentionDays: row.backup_retention_days,
})

/** Rules know them as backups, which they are of use with only. */
export const pointFields = ({
  id,
  workspaceId,
  projectId,
  namespaceId,
  databaseId,
}: RestorePoint): Subjects['backups'] => ({
  id,
  workspaceId,
  projectId,
  namespaceId,
  databaseId,
})

export const POINT_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('restore_points.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('projects.workspace_id') },
  projectId: { type: 'uuid', sql: sql.ref('databases.project_id') },
  namespaceId: { type: 'uuid', sql: NAMESPACE_ID },
  databaseId: { type: 'uuid', sql: sql.ref('restore_points.database_id') },
}
