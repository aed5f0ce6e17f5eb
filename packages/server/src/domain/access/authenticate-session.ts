import { sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Db } from '../../platform/db/connect.ts'
import { type Binding, type Principal, ROLE_NAMES, type RoleName } from './principal.ts'
import { hashToken } from './token-hash.ts'

const isRole = (role: string): role is RoleName => ROLE_NAMES.some((name) => name === role)

function toBinding(row: { role: string; scope_type: string; workspace_id: string | null }): Binding[] {
  if (!isRole(row.role)) return []
  if (row.scope_type === 'platform') return [{ role: row.role, scope: { type: 'platform' } }]
  if (row.workspace_id === null) return []
  return [{ role: row.role, scope: { type: 'workspace', id: row.workspace_id } }]
}

/** The user whose browser sends this session; null when it is unknown, ended or expired. */
export async function authenticateSession(db: Db, token: string): Promise<Principal | null> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .where('sessions.token_hash', '=', hashToken(token))
    .where('sessions.expires_at', '>', sql<Date>`now()`)
    .where('users.disabled_at', 'is', null)
    .select(['users.id', 'users.email'])
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('role_bindings as held')
          .leftJoin('workspaces as member', (join) =>
            join
              .onRef('member.organization_id', '=', 'held.scope_id')
              .on('held.scope_type', '=', 'organization'),
          )
          .whereRef('held.user_id', '=', 'users.id')
          .select(['held.role', 'held.scope_type'])
          .select(
            sql<
              string | null
            >`case held.scope_type when 'workspace' then held.scope_id else member.id end`.as('workspace_id'),
          ),
      ).as('held'),
    )
    .executeTakeFirst()
  if (!row) return null
  return {
    type: 'user',
    id: row.id,
    name: row.email,
    workspaceId: null,
    userId: row.id,
    tokenId: null,
    scopes: [],
    bindings: row.held.flatMap(toBinding),
  }
}
