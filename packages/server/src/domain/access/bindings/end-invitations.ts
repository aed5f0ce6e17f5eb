import { type SqlBool, sql } from 'kysely'
import type { Tx } from '../../../platform/db/index.ts'
import type { Place } from './place.ts'

/** Of invitations whose role is held at the place or in something inside. */
function isInside({ type, organizationId, workspaceIds, projectId, namespace, database }: Place) {
  if (type === 'platform') return sql<SqlBool>`true`
  if (type === 'database') return sql<SqlBool>`scope_id = ${database?.id ?? null}`
  if (type === 'namespace') return sql<SqlBool>`scope_id = ${namespace?.id ?? null}`
  if (type === 'project') {
    return sql<SqlBool>`(scope_id = ${projectId}
      or scope_id in (select id from databases where project_id = ${projectId}))`
  }
  return sql<SqlBool>`(scope_id = any(${[...workspaceIds]}::uuid[])
    or (scope_type = 'organization' and ${type === 'organization'}::boolean and scope_id = ${organizationId})
    or scope_id in (select id from namespaces where workspace_id = any(${[...workspaceIds]}::uuid[]))
    or scope_id in (select id from projects where workspace_id = any(${[...workspaceIds]}::uuid[]))
    or scope_id in (
      select databases.id from databases join projects on projects.id = databases.project_id
      where projects.workspace_id = any(${[...workspaceIds]}::uuid[])))`
}

/**
 * Ends what a user invited to at a place where a role is taken from it: nobody comes back by an invitation to
 * itself. What another role of the user would still allow may be invited to again.
 */
export async function endInvitations(tx: Tx, userId: string, place: Place): Promise<void> {
  await tx
    .updateTable('invitations')
    .set({ deleted_at: sql<Date>`now()` })
    .where('invited_by', '=', userId)
    .where('accepted_at', 'is', null)
    .where('deleted_at', 'is', null)
    .where(isInside(place))
    .execute()
}
