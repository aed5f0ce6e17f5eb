import { type RawBuilder, sql } from 'kysely'
import type { Executor } from '../../../platform/db/connect.ts'

/** A workspace with a security of its own that a caller comes to, and the custom roles that it holds there. */
export interface SecurityRef {
  readonly workspaceId: string
  /** Changes whenever the security does. */
  readonly version: string
  readonly roles: readonly string[]
}

/** Whether any workspace has a security of its own: all that the query of every request asks, for it costs nearly nothing. */
export const ANY_SECURITY = sql<boolean>`exists (select from workspace_security where authorizations is not null)`

/** The securities that concern a caller: of the workspace that its token is bound to, else of all that it has a role in. */
export async function findSecurityRefs(
  db: Executor,
  caller: { readonly holderId: string | null; readonly workspaceId: string | null },
): Promise<SecurityRef[]> {
  const refs = securityRefsOf({
    holder: sql`${caller.holderId}::uuid`,
    workspaceId: sql`${caller.workspaceId}::uuid`,
  })
  const row = await db.selectNoFrom(refs.as('refs')).executeTakeFirst()
  return row?.refs ?? []
}

function securityRefsOf(caller: {
  /** A user's or a service identity's id. */
  readonly holder: RawBuilder<unknown>
  readonly workspaceId: RawBuilder<unknown>
}): RawBuilder<SecurityRef[] | null> {
  const { holder, workspaceId } = caller
  return sql<SecurityRef[] | null>`(
    select json_agg(json_build_object(
      'workspaceId', security.workspace_id,
      'version', security.updated_at::text,
      'roles', (
        select coalesce(json_agg(member.role order by member.role), '[]') from workspace_role_members member
        where member.workspace_id = security.workspace_id and member.user_id = ${holder})
    ) order by security.workspace_id)
    from workspace_security security
    where security.authorizations is not null and security.workspace_id in (
      select ${workspaceId}
      union all
      select case held.scope_type
          when 'workspace' then held.scope_id
          when 'project' then (select workspace_id from projects where projects.id = held.scope_id)
          when 'namespace' then (select workspace_id from namespaces where namespaces.id = held.scope_id)
          when 'database' then (
            select workspace_id from databases join projects on projects.id = databases.project_id
            where databases.id = held.scope_id)
        end
        from role_bindings held
        where ${workspaceId} is null and coalesce(held.user_id, held.identity_id) = ${holder}
      union all
      select workspaces.id from role_bindings held join workspaces on workspaces.organization_id = held.scope_id
        where ${workspaceId} is null and coalesce(held.user_id, held.identity_id) = ${holder}
          and held.scope_type = 'organization'
      union all
      select member.workspace_id from workspace_role_members member
        where ${workspaceId} is null and member.user_id = ${holder}
    ))`
}

/** The security of one workspace, for a caller that has no role there. */
export async function findSecurityRef(db: Executor, workspaceId: string): Promise<SecurityRef | undefined> {
  const row = await db
    .selectFrom('workspace_security')
    .where('workspace_id', '=', workspaceId)
    .where('authorizations', 'is not', null)
    .select(sql<string>`updated_at::text`.as('version'))
    .executeTakeFirst()
  return row && { workspaceId, version: row.version, roles: [] }
}
