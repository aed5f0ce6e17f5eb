import type { Executor } from '../../platform/db/connect.ts'
import type { Project } from './entities.ts'

/** Projects with all that any presenter shows; callers add conditions and an order. */
export function selectProjects(db: Executor) {
  return db
    .selectFrom('projects')
    .innerJoin('workspaces', 'workspaces.id', 'projects.workspace_id')
    .where('projects.deleted_at', 'is', null)
    .selectAll('projects')
    .select('workspaces.name as workspace_name')
    .select((eb) =>
      eb
        .selectFrom('databases')
        .whereRef('databases.project_id', '=', 'projects.id')
        .where('databases.is_default', '=', true)
        .where('databases.deleted_at', 'is', null)
        .select('databases.region')
        .as('default_region'),
    )
}

type Row = Awaited<ReturnType<ReturnType<typeof selectProjects>['execute']>>[number]

export function toProject(row: Row): Project {
  return {
    id: row.id,
    workspace: { id: row.workspace_id, name: row.workspace_name },
    name: row.name,
    logicalId: row.logical_id,
    defaultRegion: row.default_region,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  }
}
