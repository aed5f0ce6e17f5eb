import { sql } from 'kysely'
import type { Tx } from '../../../platform/db/index.ts'
import { newToken, TOKEN_PREFIXES } from '../token-format.ts'
import { hashToken } from '../token-hash.ts'

const RESET_SECONDS = 3600

export interface ResetToken {
  readonly token: string
  readonly expiresAt: Date
}

/** A token that resets a user's password, good for an hour and once; an earlier one ends. */
export async function insertReset(tx: Tx, userId: string): Promise<ResetToken> {
  const token = newToken(TOKEN_PREFIXES.passwordReset)
  await tx.deleteFrom('password_resets').where('user_id', '=', userId).execute()
  const { expires_at: expiresAt } = await tx
    .insertInto('password_resets')
    .values({
      token_hash: hashToken(token),
      user_id: userId,
      expires_at: sql<Date>`now() + make_interval(secs => ${RESET_SECONDS})`,
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  return { token, expiresAt }
}
