import { type Db, type Tx, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { recordEvent } from '../../events/index.ts'
import { authorize } from '../authorize.ts'
import { forgiveAttempt } from '../login-attempts.ts'
import type { Call } from '../principal.ts'
import { type Confirmation, confirmPassword, wrong } from './confirm-password.ts'
import { getUser } from './get-user.ts'
import { takeCode } from './take-code.ts'

async function clear(tx: Tx, call: Call, id: string): Promise<void> {
  await tx
    .updateTable('users')
    .set({ totp_secret: null, totp_confirmed_at: null, totp_last_step: null, recovery_codes: [] })
    .where('id', '=', id)
    .execute()
  await recordEvent(tx, call, {
    workspaceId: null,
    action: 'user.second-factor-disabled',
    subjectType: 'user',
    subjectId: id,
  })
}

const NONE = 'The account has no second factor.'

/**
 * Takes the caller's own second factor away, for the password and a code or recovery code. Throws `invalid-input`,
 * `rate-limited`, `forbidden`.
 */
export async function disableSecondFactor(
  { db, sealer }: { db: Db; sealer: Sealer },
  call: Call,
  input: Confirmation & { readonly code: string },
): Promise<void> {
  const { id, email } = await confirmPassword(db, call, input, '/password')
  const off = await transact(db, async (tx) => {
    const user = await tx
      .selectFrom('users')
      .where('id', '=', id)
      .select(['id', 'totp_secret', 'totp_confirmed_at'])
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (user.totp_confirmed_at === null) throw new CroftError('invalid-input', NONE)
    if ((await takeCode(tx, sealer, user, input.code)) === null) return false
    await forgiveAttempt(tx, email, input.address)
    await clear(tx, call, id)
    return true
  })
  if (!off) throw wrong('/code', 'The code')
}

/** Takes another user's second factor away, whose phone is lost. Throws `user-not-found`, `invalid-input`, `forbidden`. */
export async function removeSecondFactor(db: Db, call: Call, id: string): Promise<void> {
  const user = await getUser(db, call, id)
  authorize(call.principal, 'update', 'platform', {})
  if (call.principal.userId === id) {
    // Else a stolen session of an administrator could.
    throw new CroftError('forbidden', 'Disable your own second factor with your password and a code.')
  }
  if (!user.secondFactor) throw new CroftError('invalid-input', NONE)
  await transact(db, (tx) => clear(tx, call, id))
}
