import { type InferResult, sql } from 'kysely'
import type pg from 'pg'
import type { Db } from '../../platform/db/connect.ts'
import { ANY_SECURITY } from './security/security-refs.ts'
import { workspaceRoleOf } from './workspace-role.ts'

/** What whoever comes with a token of each kind is. */
export const HOLDER_TYPES = {
  service: 'service-token',
  oauth: 'oauth',
  user: 'user',
  'user-key': 'user',
  identity: 'identity',
  'api-key': 'api-key',
} as const

/** A token that is alive, with all that its principal is made of. */
function tokenQuery(db: Db, hash: Buffer) {
  return db
    .selectFrom('access_tokens as token')
    .leftJoin('oauth_grants as grant', 'grant.id', 'token.grant_id')
    .leftJoin('users', 'users.id', 'token.user_id')
    .leftJoin('service_identities as identity', 'identity.id', 'token.identity_id')
    .where('token.token_hash', '=', hash)
    .where('token.revoked_at', 'is', null)
    .where('token.disabled_at', 'is', null)
    .where((eb) => eb.or([eb('token.expires_at', 'is', null), eb('token.expires_at', '>', sql<Date>`now()`)]))
    .where('grant.revoked_at', 'is', null)
    .where('users.disabled_at', 'is', null)
    .where('identity.disabled_at', 'is', null)
    .where('identity.deleted_at', 'is', null)
    .select([
      'token.id',
      'token.kind',
      'token.name',
      'token.workspace_id',
      'token.user_id',
      'token.grant_id',
      'token.scopes',
      'token.last_used_at',
      'users.email',
      'token.identity_id',
      'identity.name as identity_name',
    ])
    .select(workspaceRoleOf(sql.ref('token.user_id'), sql.ref('token.workspace_id')).as('role'))
    .select(ANY_SECURITY.as('any_security'))
}
export type TokenRow = InferResult<ReturnType<typeof tokenQuery>>[number]
export type FindToken = (hash: Buffer) => Promise<TokenRow | undefined>

/**
 * Looks tokens up by their hash. Every request does, and PostgreSQL takes longer to plan this query than to run
 * it; so it is a prepared statement, by name: 0.2 ms instead of 0.9 ms, measured over a socket.
 */
export function createFindToken(db: Db, pool: Pick<pg.Pool, 'query'>): FindToken {
  const { sql: text } = tokenQuery(db, Buffer.alloc(0)).compile()
  return async (hash) => {
    const { rows } = await pool.query<TokenRow>({ name: 'croft-find-token', text, values: [hash] })
    return rows[0]
  }
}
