import { type Db, transact } from '../../../platform/db/index.ts'
import { recordEvent } from '../../events/index.ts'
import { forgiveAttempt } from '../login-attempts.ts'
import { hashPassword } from '../password.ts'
import type { Call } from '../principal.ts'
import { type Confirmation, confirmPassword, wrong } from './confirm-password.ts'
import { deleteSessions } from './end-sessions.ts'

/**
 * Gives the caller another password and ends its other sessions. `password` is the old one, and whatever for who has
 * none yet. Throws `invalid-input`, `rate-limited`, `forbidden`.
 */
export async function changePassword(
  db: Db,
  call: Call,
  input: Confirmation & { readonly newPassword: string },
): Promise<void> {
  const user = await confirmPassword(db, call, input, '/password')
  const hash = await hashPassword(input.newPassword)
  await transact(db, async (tx) => {
    const changed = await tx
      .updateTable('users')
      .set({ password_hash: hash })
      .where('id', '=', user.id)
      // Of two that change it at once, one is told that the old password is not it any more.
      .where('password_hash', 'is not distinct from', user.passwordHash)
      .returning('id')
      .executeTakeFirst()
    if (!changed) throw wrong('/password', 'The password')
    await forgiveAttempt(tx, user.email, input.address)
    await deleteSessions(tx, user.id, call.principal.tokenId)
    await tx.deleteFrom('password_resets').where('user_id', '=', user.id).execute()
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'user.password-changed',
      subjectType: 'user',
      subjectId: user.id,
    })
  })
}
