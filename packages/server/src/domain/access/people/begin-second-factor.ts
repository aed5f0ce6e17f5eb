import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { recordEvent } from '../../events/index.ts'
import { forgiveAttempt } from '../login-attempts.ts'
import type { Call } from '../principal.ts'
import { type Confirmation, confirmPassword } from './confirm-password.ts'
import { totpContext } from './take-code.ts'
import { newTotp } from './totp.ts'

/**
 * A new secret for the caller's authenticator app. Nothing asks for its codes before one was confirmed; beginning
 * again replaces it. Takes the password: with a stolen session somebody would lock the user out. Throws `invalid-input`,
 * also when there is a second factor already, `rate-limited`, `forbidden`.
 */
export async function beginSecondFactor(
  { db, sealer }: { db: Db; sealer: Sealer },
  call: Call,
  confirmation: Confirmation,
): Promise<{ readonly secret: string; readonly url: string }> {
  const { id, email } = await confirmPassword(db, call, confirmation, '/password')
  return transact(db, async (tx) => {
    await forgiveAttempt(tx, email, confirmation.address)
    const made = newTotp(email)
    const begun = await tx
      .updateTable('users')
      .set({ totp_secret: sealer.seal(made.secret, totpContext(id)), totp_last_step: null })
      .where('id', '=', id)
      .where('totp_confirmed_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (!begun) {
      throw new CroftError('invalid-input', 'The account has a second factor already.', {
        hint: 'Disable it first, to set another one up.',
      })
    }
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'user.second-factor-begun',
      subjectType: 'user',
      subjectId: id,
    })
    return made
  })
}
