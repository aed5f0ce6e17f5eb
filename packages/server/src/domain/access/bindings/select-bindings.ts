import { type InferResult, sql } from 'kysely'
import type { Executor } from '../../../platform/db/connect.ts'
import type { RoleBinding } from './entities.ts'

/** The workspace that a binding's scope lies in; null for what lies in none. */
const WORKSPACE = sql<string | null>`case held.scope_type
  when 'workspace' then held.scope_id
  when 'project' then (select workspace_id from projects where projects.id = held.scope_id)
  when 'namespace' then (select workspace_id from namespaces where namespaces.id = held.scope_id)
  when 'database' then (
    select projects.workspace_id from databases join projects on projects.id = databases.project_id
    where databases.id = held.scope_id)
  end`

/** Bindings with who holds them. */
export function selectBindings(db: Executor) {
  return db
    .selectFrom('role_bindings as held')
    .leftJoin('users', 'users.id', 'held.user_id')
    .leftJoin('service_identities as identity', 'identity.id', 'held.identity_id')
    .select(['held.id', 'held.user_id', 'held.identity_id', 'held.role', 'held.scope_type', 'held.scope_id'])
    .select(['held.created_at', 'users.email', 'identity.name as identity_name'])
    .select(WORKSPACE.as('workspace_id'))
}
export type BindingRow = InferResult<ReturnType<typeof selectBindings>>[number]

/** Where conditions on bindings find the fields of `roles` and `organizations`. */
export const BINDING_COLUMNS = {
  roles: { workspaceId: { type: 'uuid', sql: WORKSPACE } },
  organizations: { id: { type: 'uuid', sql: sql.ref('held.scope_id') } },
} as const

export function toRoleBinding(row: BindingRow): RoleBinding {
  const { user_id, identity_id, email, identity_name } = row
  return {
    id: row.id,
    holder:
      user_id === null
        ? { type: 'identity', id: identity_id ?? '', name: identity_name ?? '' }
        : { type: 'user', id: user_id, name: email ?? '' },
    role: row.role,
    scope: { type: row.scope_type, id: row.scope_id },
    createdAt: row.created_at,
  }
}
