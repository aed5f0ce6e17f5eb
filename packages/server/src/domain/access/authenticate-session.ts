import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import type { Principal } from './principal.ts'
import { readBindings } from './read-bindings.ts'
import { hashToken } from './token-hash.ts'

/** The user whose browser sends this session; null when it is unknown, ended or expired. */
export async function authenticateSession(db: Db, token: string): Promise<Principal | null> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .where('sessions.token_hash', '=', hashToken(token))
    .where('sessions.expires_at', '>', sql<Date>`now()`)
    .where('users.disabled_at', 'is', null)
    .select(['users.id', 'users.email'])
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
    bindings: await readBindings(db, { userId: row.id }),
    ruleSets: [],
  }
}
