import { sql } from 'kysely'
import type { Tx } from '../../../platform/db/connect.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import { mintJwt } from '../jwt.ts'
import { IDLE_SECONDS } from '../people/start-session.ts'
import { hashToken } from '../token-hash.ts'

/** What a program gets that a user signs in to. */
export interface SignedIn {
  /** A JWT, and a bearer token that may do whatever its user may. */
  readonly idToken: string
  /** Good for more ID tokens until the session that it is ends. */
  readonly refreshToken: string
  /** Life of the ID token, in seconds. */
  readonly expiresIn: number
  readonly user: { readonly id: string; readonly email: string; readonly name: string }
}

/** Who the ID token says has made it, and for whom. */
export interface Issuer {
  readonly issuer: string
  readonly audience: string
}

const ID_TOKEN_SECONDS = 3600

/** An ID token of a session that is alive; it ends with the session. Throws `not-authenticated`. */
export async function issueIdToken(tx: Tx, session: string, { issuer, audience }: Issuer): Promise<SignedIn> {
  const row = await tx
    .updateTable('sessions')
    .from('users')
    .whereRef('users.id', '=', 'sessions.user_id')
    .where('sessions.token_hash', '=', hashToken(session))
    .where('sessions.expires_at', '>', sql<Date>`now()`)
    .where('sessions.last_seen_at', '>', sql<Date>`now() - make_interval(secs => ${IDLE_SECONDS})`)
    .where('users.disabled_at', 'is', null)
    .set({ last_seen_at: sql<Date>`now()` })
    .returning(['users.id', 'users.email', 'users.display_name', 'sessions.id as session_id'])
    .returning('sessions.expires_at')
    .executeTakeFirst()
  if (!row) throw new CroftError('not-authenticated', 'The login has ended.', { hint: 'Sign in again.' })
  const id = newId()
  const now = Math.floor(Date.now() / 1000)
  const end = Math.min(now + ID_TOKEN_SECONDS, Math.floor(row.expires_at.getTime() / 1000))
  const user = { id: row.id, email: row.email, name: row.display_name ?? row.email }
  const idToken = mintJwt({
    ...{ iss: issuer, aud: audience, sub: user.id, email: user.email, name: user.name },
    ...{ groups: [], roles: [], iat: now, exp: end, jti: id },
  })
  await tx
    .insertInto('access_tokens')
    .values({
      ...{ id, kind: 'user', user_id: user.id, session_id: row.session_id },
      token_hash: hashToken(idToken),
      hint: idToken.slice(-4),
      expires_at: new Date(end * 1000),
    })
    .execute()
  return { idToken, refreshToken: session, expiresIn: end - now, user }
}
