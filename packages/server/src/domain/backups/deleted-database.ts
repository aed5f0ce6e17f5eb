import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { Subjects } from '../access/index.ts'
import { NAMESPACE_ID } from '../databases/index.ts'

/** A database that was deleted and of which something is still kept. */
export interface DeletedDatabase {
  readonly id: string
  readonly name: string
  readonly projectId: string
  readonly workspaceId: string
  readonly engine: string
  readonly version: string
  readonly deletedAt: Date
  /** From when on nothing of it is kept. */
  readonly purgeAt: Date
  readonly backups: number
  /** To which moments a new database can be made from it; null when its changes were not archived. */
  readonly recovery: { readonly earliest: Date; readonly latest: Date } | null
}

/** Deleted databases that are not purged; callers add conditions and an order. */
export function selectDeleted(db: Executor) {
  return db
    .selectFrom('databases')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .where('databases.deleted_at', 'is not', null)
    .where('databases.purged_at', 'is', null)
    .selectAll('databases')
    .select(['projects.workspace_id'])
    .select(NAMESPACE_ID.as('namespace_id'))
    .select(sql<Date>`coalesce(databases.purge_at, databases.deleted_at)`.as('purge_from'))
    .select((eb) =>
      eb
        .selectFrom('backups')
        .whereRef('backups.database_id', '=', 'databases.id')
        .where('backups.state', '=', 'completed')
        .select((each) => each.fn.countAll<number>().as('count'))
        .as('backups'),
    )
    .$narrowType<{ deleted_at: Date; backups: number }>()
}
export type DeletedRow = Awaited<ReturnType<ReturnType<typeof selectDeleted>['execute']>>[number]

/** What rules may ask of it: the same as when it was there. */
export const deletedFields = (row: DeletedRow): Subjects['databases'] => ({
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

export const toDeleted = (row: DeletedRow, recovery: DeletedDatabase['recovery']): DeletedDatabase => ({
  id: row.id,
  name: row.name,
  projectId: row.project_id,
  workspaceId: row.workspace_id,
  engine: row.engine,
  version: row.version,
  deletedAt: row.deleted_at,
  purgeAt: row.purge_from,
  backups: row.backups,
  recovery,
})
