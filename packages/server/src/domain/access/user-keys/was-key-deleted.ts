import type { Db } from '../../../platform/db/connect.ts'
import { TOKEN_PREFIXES, tokenPrefixOf } from '../token-format.ts'
import { hashToken } from '../token-hash.ts'

/** Whether a bearer was a user's API key that its user has deleted; not one that is switched off or has expired. */
export async function wasKeyDeleted(db: Db, bearer: string): Promise<boolean> {
  if (tokenPrefixOf(bearer) !== TOKEN_PREFIXES.userKey) return false
  const row = await db
    .selectFrom('access_tokens')
    .select('id')
    .where('token_hash', '=', hashToken(bearer))
    .where('kind', '=', 'user-key')
    .where('revoked_at', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}
