import { type RawBuilder, sql } from 'kysely'
import { authorize } from '../authorize.ts'
import type { Principal } from '../principal.ts'
import { isAllowed } from '../rules/ability.ts'

/** Of `users.id`: who holds a role in one of these organizations, or in anything that is inside. */
export function isMemberOf(organizationIds: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select from role_bindings held
    left join databases on held.scope_type = 'database' and databases.id = held.scope_id
    left join namespaces on held.scope_type = 'namespace' and namespaces.id = held.scope_id
    left join projects on projects.id = case held.scope_type
      when 'project' then held.scope_id when 'database' then databases.project_id end
    left join workspaces on workspaces.id = case held.scope_type
      when 'workspace' then held.scope_id when 'namespace' then namespaces.workspace_id
      else projects.workspace_id end
    where held.user_id = users.id and coalesce(workspaces.organization_id,
      case held.scope_type when 'organization' then held.scope_id end) = any(${organizationIds}::uuid[])
  )`
}

/**
 * Which users the principal may look at: all for administrators of the platform, members for those of organizations,
 * null for everybody else, who knows only itself. A condition on `users`.
 */
export function knownUsers(principal: Principal): RawBuilder<boolean> | null {
  if (isAllowed(principal, 'read', 'platform', {})) return sql<boolean>`true`
  const administered = principal.bindings.flatMap(({ scope }) =>
    scope.type === 'organization' && isAllowed(principal, 'manage', 'organizations', { id: scope.id })
      ? [scope.id]
      : [],
  )
  return administered.length > 0 ? isMemberOf(administered) : null
}

/** As `knownUsers`; throws `forbidden` for those who may list nobody. */
export function authorizedUsers(principal: Principal): RawBuilder<boolean> {
  const known = knownUsers(principal)
  if (known === null) authorize(principal, 'read', 'platform', {})
  return known ?? sql<boolean>`true`
}
