import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { IDLE_SECONDS } from './people/start-session.ts'

/**
 * Deletes what has expired for a day or more: sessions, codes, tokens. Replaced refresh tokens stay as long as
 * they would have lived, since their reuse must be noticed. A job runs it daily; running it twice is harmless.
 */
export async function purgeExpired(db: Db): Promise<void> {
  const dayAgo = sql<Date>`now() - interval '1 day'`
  await db.deleteFrom('sessions').where('expires_at', '<', dayAgo).execute()
  await db
    .deleteFrom('sessions')
    .where('last_seen_at', '<', sql<Date>`now() - make_interval(secs => ${IDLE_SECONDS}) - interval '1 day'`)
    .execute()
  await db.deleteFrom('oidc_logins').where('expires_at', '<', dayAgo).execute()
  await db.deleteFrom('password_resets').where('expires_at', '<', dayAgo).execute()
  await db.deleteFrom('authorization_codes').where('expires_at', '<', dayAgo).execute()
  await db.deleteFrom('sign_in_codes').where('expires_at', '<', dayAgo).execute()
  await db.deleteFrom('refresh_tokens').where('expires_at', '<', dayAgo).execute()
  await db
    .deleteFrom('access_tokens')
    .where((eb) => eb.or([eb('kind', 'in', ['oauth', 'identity']), eb('session_id', 'is not', null)]))
    .where('expires_at', '<', dayAgo)
    .execute()
  await db.deleteFrom('login_failures').where('last_at', '<', dayAgo).execute()
  await db
    .updateTable('refresh_tokens')
    .set({ successor: null })
    .where('successor', 'is not', null)
    .where('rotated_at', '<', dayAgo)
    .execute()
}
