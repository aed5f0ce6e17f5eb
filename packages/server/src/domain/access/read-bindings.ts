import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { type Binding, ROLE_NAMES, type RoleName } from './principal.ts'

const isRole = (role: string): role is RoleName => ROLE_NAMES.some((name) => name === role)

function toBinding(row: { role: string; scope_type: string; workspace_id: string | null }): Binding[] {
  if (!isRole(row.role)) return []
  if (row.scope_type === 'platform') return [{ role: row.role, scope: { type: 'platform' } }]
  if (row.workspace_id === null) return []
  return [{ role: row.role, scope: { type: 'workspace', id: row.workspace_id } }]
}

/** What a user may do where; a role in an organization counts in each of its workspaces. */
export async function readBindings(db: Db, userId: string): Promise<Binding[]> {
  const rows = await db
    .selectFrom('role_bindings as held')
    .leftJoin('workspaces as member', (join) =>
      join.onRef('member.organization_id', '=', 'held.scope_id').on('held.scope_type', '=', 'organization'),
    )
    .where('held.user_id', '=', userId)
    .select(['held.role', 'held.scope_type'])
    .select(
      sql<string | null>`case held.scope_type when 'workspace' then held.scope_id else member.id end`.as(
        'workspace_id',
      ),
    )
    .execute()
  return rows.flatMap(toBinding)
}
