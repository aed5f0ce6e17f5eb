import { type SqlBool, sql } from 'kysely'
import type { Db } from '../../../platform/db/connect.ts'
import { listReadable } from '../../list-readable.ts'
import type { Page, PageRequest } from '../../page.ts'
import type { Call, Principal } from '../principal.ts'
import { isAllowed } from '../rules/ability.ts'
import { filterOf } from '../rules/filter.ts'
import { authorizeScope } from './authorize-scope.ts'
import type { HolderRef, RoleBinding } from './entities.ts'
import type { ScopeRef } from './place.ts'
import { BINDING_COLUMNS, type BindingRow, selectBindings, toRoleBinding } from './select-bindings.ts'

export interface BindingFilter {
  readonly scope?: ScopeRef | undefined
  readonly holder?: HolderRef | undefined
  readonly page: PageRequest
}

function isReadable(principal: Principal, { scope_type, scope_id, workspace_id }: BindingRow): boolean {
  if (scope_type === 'platform') return isAllowed(principal, 'manage', 'platform', {})
  if (scope_type === 'organization') {
    return isAllowed(principal, 'read', 'organizations', { id: scope_id ?? '' })
  }
  return workspace_id !== null && isAllowed(principal, 'read', 'roles', { workspaceId: workspace_id })
}

/**
 * Oldest first: those at one scope, of one holder, or all; always only where the caller may see who holds roles.
 * Throws the scope's not-found, `forbidden`, `invalid-input`.
 */
export async function listBindings(db: Db, call: Call, filter: BindingFilter): Promise<Page<RoleBinding>> {
  const { scope, holder, page } = filter
  const { principal } = call
  if (scope) await authorizeScope(db, call, 'read', scope)
  const inside = filterOf(principal, 'read', 'roles', BINDING_COLUMNS.roles)
  const organizations = filterOf(principal, 'read', 'organizations', BINDING_COLUMNS.organizations)
  const platform = isAllowed(principal, 'manage', 'platform', {})
  const readable = sql<SqlBool>`case held.scope_type
    when 'platform' then ${platform}::boolean
    when 'organization' then ${organizations.where}
    else ${inside.where} end`
  const exact = inside.exact && organizations.exact

  async function read(after: string | null, limit: number): Promise<BindingRow[]> {
    let query = selectBindings(db).where(readable).orderBy('held.id').limit(limit)
    if (scope) {
      query = query.where('held.scope_type', '=', scope.type)
      if (scope.id !== null) query = query.where('held.scope_id', '=', scope.id)
    }
    if (holder) {
      query = query.where(holder.type === 'user' ? 'held.user_id' : 'held.identity_id', '=', holder.id)
    }
    if (after) query = query.where('held.id', '>', after)
    return query.execute()
  }
  const rows = { read, exact, isReadable: (row: BindingRow) => isReadable(principal, row) }
  const { items, next } = await listReadable(rows, page)
  return { items: items.map(toRoleBinding), next }
}
