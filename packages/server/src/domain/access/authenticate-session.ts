import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { IDLE_SECONDS } from './people/start-session.ts'
import type { Principal } from './principal.ts'
import { readBindings } from './read-bindings.ts'
import { ANY_SECURITY, findSecurityRefs } from './security/security-refs.ts'
import { withSecurity } from './security/with-security.ts'
import { hashToken } from './token-hash.ts'

/** How far behind `last_seen_at` may be: a write with every request would be too dear. */
const SEEN_EVERY_SECONDS = 60

/**
 * The user whose browser sends this session; null when it is unknown, ended, expired or was idle too long. Its
 * `tokenId` is the session's id.
 */
export async function authenticateSession(db: Db, token: string): Promise<Principal | null> {
  const hash = hashToken(token)
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .where('sessions.token_hash', '=', hash)
    .where('sessions.expires_at', '>', sql<Date>`now()`)
    .where('sessions.last_seen_at', '>', sql<Date>`now() - make_interval(secs => ${IDLE_SECONDS})`)
    .where('users.disabled_at', 'is', null)
    .select(['users.id', 'users.email', 'sessions.id as session_id'])
    .select(
      sql<boolean>`sessions.last_seen_at < now() - make_interval(secs => ${SEEN_EVERY_SECONDS})`.as('stale'),
    )
    .select(ANY_SECURITY.as('any_security'))
    .executeTakeFirst()
  if (!row) return null
  if (row.stale) {
    await db
      .updateTable('sessions')
      .set({ last_seen_at: sql<Date>`now()` })
      .where('token_hash', '=', hash)
      .execute()
  }
  const user: Principal = {
    type: 'user',
    id: row.id,
    name: row.email,
    workspaceId: null,
    userId: row.id,
    tokenId: row.session_id,
    scopes: [],
    bindings: await readBindings(db, { userId: row.id }),
    ruleSets: [],
  }
  const refs = row.any_security ? await findSecurityRefs(db, { holderId: row.id, workspaceId: null }) : []
  return withSecurity(db, user, refs)
}
