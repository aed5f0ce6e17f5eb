import type { Db } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { countAttempt } from '../login-attempts.ts'
import { isPassword } from '../password.ts'
import type { Call } from '../principal.ts'
import { ownUserId } from './own-user.ts'

/** The caller again, from whose browser somebody else may be asking. */
export interface Confirmation {
  readonly password: string
  /** Where the request comes from. */
  readonly address: string
}

/** Not `not-authenticated`: the session is good, and no reason to log in again. */
export const wrong = (path: string, what: string) =>
  new CroftError('invalid-input', `${what} is wrong.`, { fields: [{ path, message: 'is wrong' }] })

/**
 * Makes sure that the caller knows the account's password, which is asked for again before what a stolen session must
 * not do. Counts as a failed login, until the caller of this has done what it wants and forgives it. Throws `invalid-input`, `rate-limited`, `forbidden`.
 */
export async function confirmPassword(
  db: Db,
  call: Call,
  { password, address }: Confirmation,
  path: string,
): Promise<{ readonly id: string; readonly email: string; readonly passwordHash: string | null }> {
  const id = ownUserId(call)
  const user = await db
    .selectFrom('users')
    .where('id', '=', id)
    .select(['email', 'password_hash'])
    .executeTakeFirstOrThrow()
  await countAttempt(db, user.email, address)
  // Who logs in elsewhere only has none to confirm.
  const right = user.password_hash === null || (await isPassword(password, user.password_hash))
  if (!right) throw wrong(path, 'The password')
  return { id, email: user.email, passwordHash: user.password_hash }
}
