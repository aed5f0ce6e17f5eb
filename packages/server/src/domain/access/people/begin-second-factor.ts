import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { recordEvent } from '../../events/index.ts'
import type { Call } from '../principal.ts'
import { ownUserId } from './own-user.ts'
import { totpContext } from './take-code.ts'
import { newTotp } from './totp.ts'

/**
 * A new secret for the caller's authenticator app. Nothing asks for its codes before one was confirmed; beginning
 * again replaces it. Throws `invalid-input` when there is a second factor already, `forbidden`.
 */
export async function beginSecondFactor(
  { db, sealer }: { db: Db; sealer: Sealer },
  call: Call,
): Promise<{ readonly secret: string; readonly url: string }> {
  const id = ownUserId(call)
  return transact(db, async (tx) => {
    const { email } = await tx
      .selectFrom('users')
      .where('id', '=', id)
      .select('email')
      .executeTakeFirstOrThrow()
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
