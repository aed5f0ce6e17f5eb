import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { recordEvent } from '../../events/index.ts'
import { authorize } from '../authorize.ts'
import type { Call } from '../principal.ts'
import { getUser } from './get-user.ts'
import { insertReset, type ResetToken } from './insert-reset.ts'

/**
 * A token that resets a user's password, to be passed on by an administrator of the platform; it is not shown again.
 * Throws `user-not-found`, `forbidden` (for oneself too), `invalid-input` for a disabled user.
 */
export async function createPasswordReset(db: Db, call: Call, userId: string): Promise<ResetToken> {
  const user = await getUser(db, call, userId)
  authorize(call.principal, 'update', 'platform', {})
  if (call.principal.userId === userId) {
    // Else a stolen session of an administrator, or a key, could do without the old password.
    throw new CroftError('forbidden', 'Change your own password with the old one, or ask for a link by mail.')
  }
  if (user.disabled) throw new CroftError('invalid-input', 'The user is disabled.')
  return transact(db, async (tx) => {
    const made = await insertReset(tx, userId)
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'user.password-reset-begun',
      subjectType: 'user',
      subjectId: userId,
      after: { by: 'link', expiresAt: made.expiresAt },
    })
    return made
  })
}
