import { type RawBuilder, sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { RoleName } from './rules/roles.ts'

export type WorkspaceRole = Extract<RoleName, 'workspace-admin' | 'workspace-editor' | 'workspace-reader'>

/**
 * What a user may do in a workspace, as an SQL expression over two others: the strongest of the roles given
 * directly, through the organization and for the platform; null when there is none.
 */
export function workspaceRoleOf(
  userId: RawBuilder<unknown>,
  workspaceId: RawBuilder<unknown>,
): RawBuilder<WorkspaceRole | null> {
  return sql<WorkspaceRole | null>`(
    select case
      when bool_or(held.role in ('platform-admin', 'organization-admin', 'workspace-admin')) then 'workspace-admin'
      when bool_or(held.role = 'workspace-editor') then 'workspace-editor'
      when count(*) > 0 then 'workspace-reader'
    end
    from role_bindings held
    where held.user_id = ${userId} and (
      (held.scope_type = 'platform' and held.role = 'platform-admin')
      or (held.scope_type = 'workspace' and held.scope_id = ${workspaceId})
      or (held.scope_type = 'organization'
        and held.scope_id = (select organization_id from workspaces where id = ${workspaceId})))
  )`
}

export async function findWorkspaceRole(
  db: Executor,
  userId: string,
  workspaceId: string,
): Promise<WorkspaceRole | null> {
  const row = await db
    .selectNoFrom(workspaceRoleOf(sql`${userId}::uuid`, sql`${workspaceId}::uuid`).as('role'))
    .executeTakeFirst()
  return row?.role ?? null
}
