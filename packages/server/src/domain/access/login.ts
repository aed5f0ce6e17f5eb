import { type Db, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Sealer } from '../../platform/secrets/index.ts'
import { recordEvent } from '../events/index.ts'
import { countAttempt, forgiveAttempt } from './login-attempts.ts'
import { isPassword } from './password.ts'
import { startSession, type Visitor } from './people/start-session.ts'
import { takeCode } from './people/take-code.ts'
import { userCall } from './people/user-call.ts'
import { ANONYMOUS } from './principal.ts'

export { SESSION_SECONDS } from './people/start-session.ts'

export interface Login extends Visitor {
  readonly email: string
  readonly password: string
  /** Of the authenticator app, or a recovery code, for those who have set one up. */
  readonly code?: string | undefined
}

/** Who has this address and is not disabled. */
export function findUser(db: Db, email: string) {
  // PostgreSQL refuses some of them with an error, and no user has any.
  if (/\p{Cc}/u.test(email) || email.length > 254) return undefined
  return db
    .selectFrom('users')
    .select(['id', 'email', 'password_hash', 'totp_confirmed_at'])
    .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', eb.fn<string>('lower', [eb.val(email)])))
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
}
type Found = NonNullable<Awaited<ReturnType<typeof findUser>>>

/** The typed email is not written down for an unknown user: people type passwords into the wrong field. */
export async function recordRefusal(
  db: Db,
  given: Pick<Login, 'address' | 'requestId'>,
  user: Found | undefined,
  reason: string,
): Promise<void> {
  const call = user ? userCall(user, given.requestId) : { principal: ANONYMOUS, requestId: given.requestId }
  await recordEvent(db, call, {
    workspaceId: null,
    action: 'user.login-refused',
    subjectType: 'user',
    subjectId: user?.id ?? 'unknown',
    after: { reason, address: given.address },
  })
}

export const WRONG_PASSWORD = 'The email or the password is wrong.'

/**
 * A new session for an email and its password; answers the secret for the cookie. Throws `not-authenticated`,
 * the same for an unknown user and a wrong password, `second-factor-required` when the password is right and a code
 * is asked for as well, and `rate-limited` after many failures, wrong codes among them.
 */
export async function login({ db, sealer }: { db: Db; sealer: Sealer }, given: Login): Promise<string> {
  const email = given.email.trim()
  await countAttempt(db, email, given.address)
  const user = await findUser(db, email)
  const right = await isPassword(given.password, user?.password_hash)
  if (!user || !right) {
    await recordRefusal(db, given, user, user ? 'wrong password' : 'unknown user')
    throw new CroftError('not-authenticated', WRONG_PASSWORD)
  }
  const code = given.code?.trim() || undefined
  if (user.totp_confirmed_at !== null && code === undefined) {
    await recordRefusal(db, given, user, 'no code')
    throw new CroftError(
      'second-factor-required',
      'This account asks for a code of its authenticator app too.',
    )
  }
  const token = await transact(db, async (tx) => {
    // Locked and read again: a password that was changed meanwhile must not open a session any more.
    const now = await tx
      .selectFrom('users')
      .select(['id', 'email', 'password_hash', 'totp_secret', 'totp_confirmed_at'])
      .where('id', '=', user.id)
      .where('disabled_at', 'is', null)
      .forUpdate()
      .executeTakeFirst()
    if (!now || now.password_hash !== user.password_hash) return null
    const enrolled = now.totp_confirmed_at !== null
    const factor = enrolled ? await takeCode(tx, sealer, now, code ?? '') : 'none'
    if (factor === null) return null
    await forgiveAttempt(tx, email, given.address)
    return await startSession(tx, now, given, { method: 'password', secondFactor: factor })
  })
  if (token !== null) return token
  const wrongCode = user.totp_confirmed_at !== null
  await recordRefusal(db, given, user, wrongCode ? 'wrong code' : 'password changed meanwhile')
  throw new CroftError(
    'not-authenticated',
    wrongCode ? 'The code is wrong or was used before.' : WRONG_PASSWORD,
  )
}
