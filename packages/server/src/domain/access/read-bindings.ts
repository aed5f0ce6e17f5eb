import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import type { Binding } from './rules/binding.ts'
import { isRoleName, roleOf } from './rules/roles.ts'

interface Row {
  readonly role: string
  readonly scope_type: string
  readonly scope_id: string | null
  readonly workspace_ids: string[] | null
  readonly deployment_target_id: string | null
}

function toBinding({ role, scope_type, scope_id, workspace_ids, deployment_target_id }: Row): Binding[] {
  // A role of a newer version, or one held at a level that it is not for, gives nothing.
  if (!isRoleName(role) || roleOf(role).level !== scope_type) return []
  if (scope_type === 'platform') return [{ role, scope: { type: 'platform' } }]
  if (scope_id === null) return []
  if (scope_type === 'organization') {
    return [{ role, scope: { type: scope_type, id: scope_id, workspaceIds: workspace_ids ?? [] } }]
  }
  if (scope_type === 'namespace') {
    // A namespace that is gone holds nothing, and its target is nothing to look at.
    if (deployment_target_id === null) return []
    return [{ role, scope: { type: scope_type, id: scope_id, deploymentTargetId: deployment_target_id } }]
  }
  return [{ role, scope: { type: roleOf(role).level as 'workspace', id: scope_id } }]
}

/** What a user or a service identity may do where; a role in an organization counts in each of its workspaces. */
export async function readBindings(
  db: Db,
  holder: { readonly userId: string } | { readonly identityId: string },
): Promise<Binding[]> {
  const query = db
    .selectFrom('role_bindings as held')
    .select(['held.role', 'held.scope_type', 'held.scope_id'])
    .select((eb) =>
      eb
        .selectFrom('workspaces')
        .whereRef('workspaces.organization_id', '=', 'held.scope_id')
        .where('held.scope_type', '=', 'organization')
        .select(sql<string[]>`array_agg(workspaces.id::text order by workspaces.id)`.as('ids'))
        .as('workspace_ids'),
    )
    .select((eb) =>
      eb
        .selectFrom('namespaces')
        .whereRef('namespaces.id', '=', 'held.scope_id')
        .where('held.scope_type', '=', 'namespace')
        .where('namespaces.deleted_at', 'is', null)
        .select('namespaces.deployment_target_id')
        .as('deployment_target_id'),
    )
    .orderBy('held.id')
  const rows = await ('userId' in holder
    ? query.where('held.user_id', '=', holder.userId)
    : query.where('held.identity_id', '=', holder.identityId)
  ).execute()
  return rows.flatMap(toBinding)
}
