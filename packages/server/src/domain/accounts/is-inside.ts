import { type RawBuilder, sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { Level, Principal } from '../access/index.ts'

export type Surrounding =
  | { readonly organizationId: string }
  | { readonly workspaceId: string }
  | { readonly projectId: string }

function conditionOf(place: Surrounding): RawBuilder<boolean> {
  if ('organizationId' in place) return sql<boolean>`workspaces.organization_id = ${place.organizationId}`
  if ('workspaceId' in place) return sql<boolean>`workspaces.id = ${place.workspaceId}`
  return sql<boolean>`held.project_id = ${place.projectId}`
}

/** Whether the principal holds a role in something that lies there: it then knows that the place exists. */
export async function isInside(db: Executor, principal: Principal, place: Surrounding): Promise<boolean> {
  const at = (level: Level) =>
    principal.bindings.flatMap(({ scope }) => (scope.type === level && 'id' in scope ? [scope.id] : []))
  const workspaceIds = at('workspace')
  if (principal.workspaceId !== null) workspaceIds.push(principal.workspaceId)
  const { rows } = await sql<{ found: boolean }>`
    with held (workspace_id, project_id) as (
      select id, null::uuid from workspaces where id = any(${workspaceIds}::uuid[])
      union all select workspace_id, id from projects where id = any(${at('project')}::uuid[])
      union all select projects.workspace_id, projects.id from databases
        join projects on projects.id = databases.project_id
        where databases.id = any(${at('database')}::uuid[]) and databases.deleted_at is null
      union all select workspace_id, null::uuid from namespaces
        where id = any(${at('namespace')}::uuid[]) and deleted_at is null)
    select exists (select from held join workspaces on workspaces.id = held.workspace_id
      where ${conditionOf(place)}) as found`.execute(db)
  return rows[0]?.found === true
}
