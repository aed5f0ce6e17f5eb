import { sql } from 'kysely'
import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { recordEvent } from '../../events/index.ts'
import { hashPassword } from '../password.ts'
import { tokenPrefixOf } from '../token-format.ts'
import { hashToken } from '../token-hash.ts'
import { deleteSessions } from './end-sessions.ts'
import { userCall } from './user-call.ts'

/**
 * Gives the user of a reset token another password and ends its sessions. A second factor stays. Throws
 * `invalid-input` for a bad password and for a token that is unknown, used or too old.
 */
export async function resetPassword(
  db: Db,
  { token, password, requestId }: { token: string; password: string; requestId: string },
): Promise<void> {
  const done = await transact(db, async (tx) => {
    if (tokenPrefixOf(token) === undefined) return false
    const reset = await tx
      .selectFrom('password_resets')
      .innerJoin('users', 'users.id', 'password_resets.user_id')
      .where('password_resets.token_hash', '=', hashToken(token))
      .where('password_resets.expires_at', '>', sql<Date>`now()`)
      .where('users.disabled_at', 'is', null)
      .select(['users.id', 'users.email'])
      .forUpdate()
      .executeTakeFirst()
    if (!reset) return false
    // A password that is refused leaves the token as it is.
    const hash = await hashPassword(password)
    await tx.updateTable('users').set({ password_hash: hash }).where('id', '=', reset.id).execute()
    await tx.deleteFrom('password_resets').where('user_id', '=', reset.id).execute()
    const ended = await deleteSessions(tx, reset.id)
    await recordEvent(tx, userCall(reset, requestId), {
      workspaceId: null,
      action: 'user.password-reset',
      subjectType: 'user',
      subjectId: reset.id,
      after: { sessionsEnded: ended },
    })
    return true
  })
  if (done) return
  throw new CroftError('invalid-input', 'The link is unknown, was used before, or is older than an hour.', {
    hint: 'Ask for another one.',
    fields: [{ path: '/token', message: 'is unknown, used or expired' }],
  })
}
