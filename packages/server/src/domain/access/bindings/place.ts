import { sql } from 'kysely'
import type { Executor } from '../../../platform/db/connect.ts'
import type { Level } from '../rules/subjects.ts'

/** Where a role is held, as callers name it; `id` is null for the platform only. */
export interface ScopeRef {
  readonly type: Level
  readonly id: string | null
}

/** A scope that exists, with all that is around it: what is null is not around it. */
export interface Place {
  readonly type: Level
  readonly organizationId: string | null
  /** Of an organization; of one workspace when the scope is that or lies in it. */
  readonly workspaceIds: readonly string[]
  readonly workspaceId: string | null
  readonly projectId: string | null
  /** Null for a database that is in none; `target` is where it is, of a scope that is a namespace. */
  readonly namespace: {
    readonly id: string
    readonly target?: { readonly id: string; readonly name: string }
  } | null
  readonly database: {
    readonly id: string
    readonly name: string
    readonly engine: string
    readonly region: string
    readonly size: string
    readonly branchId: string | null
  } | null
  /** What rules may ask of it besides. */
  readonly name: string
  /** Deleted, or in quarantine: nothing can be given there any more. */
  readonly gone: boolean
}

export const PLATFORM: Place = {
  type: 'platform',
  organizationId: null,
  workspaceIds: [],
  workspaceId: null,
  projectId: null,
  namespace: null,
  database: null,
  name: '',
  gone: false,
}

const finders = {
  async organization(db: Executor, id: string): Promise<Place | undefined> {
    const row = await db
      .selectFrom('organizations')
      .where('id', '=', id)
      .select(['id', 'name'])
      .select((eb) =>
        eb
          .selectFrom('workspaces')
          .whereRef('workspaces.organization_id', '=', 'organizations.id')
          .select(sql<string[] | null>`array_agg(workspaces.id::text)`.as('ids'))
          .as('workspace_ids'),
      )
      .executeTakeFirst()
    if (!row) return undefined
    const { name, workspace_ids } = row
    return { ...PLATFORM, type: 'organization', organizationId: id, workspaceIds: workspace_ids ?? [], name }
  },
  async workspace(db: Executor, id: string): Promise<Place | undefined> {
    const row = await db
      .selectFrom('workspaces')
      .where('id', '=', id)
      .select(['name', 'organization_id'])
      .executeTakeFirst()
    if (!row) return undefined
    const { name, organization_id: organizationId } = row
    return { ...PLATFORM, type: 'workspace', organizationId, workspaceId: id, workspaceIds: [id], name }
  },
  async project(db: Executor, id: string): Promise<Place | undefined> {
    const row = await db
      .selectFrom('projects')
      .innerJoin('workspaces', 'workspaces.id', 'projects.workspace_id')
      .where('projects.id', '=', id)
      .select(['projects.name', 'projects.deleted_at', 'workspaces.id', 'workspaces.organization_id'])
      .executeTakeFirst()
    if (!row) return undefined
    return {
      ...PLATFORM,
      type: 'project',
      organizationId: row.organization_id,
      workspaceId: row.id,
      workspaceIds: [row.id],
      projectId: id,
      name: row.name,
      gone: row.deleted_at !== null,
    }
  },
  async namespace(db: Executor, id: string): Promise<Place | undefined> {
    const row = await db
      .selectFrom('namespaces')
      .innerJoin('deployment_targets as target', 'target.id', 'namespaces.deployment_target_id')
      .innerJoin('workspaces', 'workspaces.id', 'namespaces.workspace_id')
      .where('namespaces.id', '=', id)
      .select(['namespaces.name', 'namespaces.deleted_at', 'target.id as target_id'])
      .select(['target.name as target_name', 'target.deleted_at as target_deleted_at'])
      .select(['workspaces.id as workspace_id', 'workspaces.organization_id'])
      .executeTakeFirst()
    if (!row) return undefined
    const { workspace_id: workspaceId } = row
    return {
      ...PLATFORM,
      type: 'namespace',
      organizationId: row.organization_id,
      workspaceId,
      workspaceIds: [workspaceId],
      namespace: { id, target: { id: row.target_id, name: row.target_name } },
      name: row.name,
      gone: row.deleted_at !== null || row.target_deleted_at !== null,
    }
  },
  async database(db: Executor, id: string): Promise<Place | undefined> {
    const row = await db
      .selectFrom('databases as database')
      .innerJoin('projects', 'projects.id', 'database.project_id')
      .innerJoin('workspaces', 'workspaces.id', 'projects.workspace_id')
      .where('database.id', '=', id)
      .select(['database.id', 'database.name', 'database.engine', 'database.region', 'database.size'])
      .select(['database.branch_id', 'database.state', 'database.deleted_at', 'database.project_id'])
      .select(['database.quarantined_at', 'workspaces.id as workspace_id', 'workspaces.organization_id'])
      .select((eb) =>
        eb
          .selectFrom('deployments')
          .whereRef('deployments.database_id', '=', 'database.id')
          .whereRef('deployments.workspace_id', '=', 'workspaces.id')
          .select('deployments.namespace_id')
          .as('namespace_id'),
      )
      .executeTakeFirst()
    if (!row) return undefined
    const { name, engine, region, size, branch_id: branchId, workspace_id: workspaceId } = row
    return {
      ...PLATFORM,
      type: 'database',
      organizationId: row.organization_id,
      workspaceId,
      workspaceIds: [workspaceId],
      projectId: row.project_id,
      namespace: row.namespace_id === null ? null : { id: row.namespace_id },
      database: { id, name, engine, region, size, branchId },
      name,
      gone:
        row.deleted_at !== null ||
        row.quarantined_at !== null ||
        row.state === 'deleting' ||
        row.state === 'deleted',
    }
  },
}
export type PlaceType = 'platform' | keyof typeof finders

/** Levels at which there is something already; apps come with what has them. */
export const isPlaceType = (type: Level): type is PlaceType =>
  type === 'platform' || Object.hasOwn(finders, type)

/** What a scope names, in one query; undefined when there is none. Authorizes nothing. */
export function findPlace(
  db: Executor,
  type: Exclude<PlaceType, 'platform'>,
  id: string,
): Promise<Place | undefined> {
  return finders[type](db, id)
}
