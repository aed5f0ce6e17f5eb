import { sql } from 'kysely'
import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { recordEvent } from '../../events/index.ts'
import { countAttempt, forgiveAttempt } from '../login-attempts.ts'
import type { Call } from '../principal.ts'
import { wrong } from './confirm-password.ts'
import { ownUserId } from './own-user.ts'
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts'
import { takeCode } from './take-code.ts'

/**
 * Switches the second factor on, once the app has shown a right code; answers the recovery codes, which are not shown
 * again. Throws `invalid-input` for a wrong code and when nothing was begun, `rate-limited`, `forbidden`.
 */
export async function confirmSecondFactor(
  { db, sealer }: { db: Db; sealer: Sealer },
  call: Call,
  { code, address }: { readonly code: string; readonly address: string },
): Promise<readonly string[]> {
  const id = ownUserId(call)
  const { email } = await db
    .selectFrom('users')
    .where('id', '=', id)
    .select('email')
    .executeTakeFirstOrThrow()
  await countAttempt(db, email, address)
  const codes = newRecoveryCodes()
  const on = await transact(db, async (tx) => {
    const user = await tx
      .selectFrom('users')
      .where('id', '=', id)
      .select(['id', 'totp_secret', 'totp_confirmed_at'])
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (user.totp_secret === null || user.totp_confirmed_at !== null) {
      throw new CroftError('invalid-input', 'There is no second factor that waits to be confirmed.')
    }
    if ((await takeCode(tx, sealer, user, code)) === null) return false
    await tx
      .updateTable('users')
      .set({ totp_confirmed_at: sql<Date>`now()`, recovery_codes: codes.map(hashRecoveryCode) })
      .where('id', '=', id)
      .execute()
    await forgiveAttempt(tx, email, address)
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'user.second-factor-enabled',
      subjectType: 'user',
      subjectId: id,
    })
    return true
  })
  if (!on) throw wrong('/code', 'The code')
  return codes
}
