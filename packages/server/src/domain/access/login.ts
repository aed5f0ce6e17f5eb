import { sql } from 'kysely'
import { type Db, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { recordEvent } from '../events/index.ts'
import { countAttempt, forgiveAttempt } from './login-attempts.ts'
import { isPassword } from './password.ts'
import { ANONYMOUS } from './principal.ts'
import { hashToken, newToken } from './token-hash.ts'

export interface Login {
  readonly email: string
  readonly password: string
  /** Where the request came from. */
  readonly address: string
  readonly requestId: string
}

export const SESSION_SECONDS = 12 * 3600

function findUser(db: Db, email: string) {
  // PostgreSQL refuses some of them with an error, and no user has any.
  if (/\p{Cc}/u.test(email) || email.length > 254) return undefined
  return db
    .selectFrom('users')
    .select(['id', 'email', 'password_hash'])
    .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', eb.fn<string>('lower', [eb.val(email)])))
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
}

/**
 * A new session for an email and its password; answers the secret for the cookie. Throws `not-authenticated`,
 * the same for an unknown user and a wrong password, and `rate-limited` after many failures.
 */
export async function login(db: Db, given: Login): Promise<string> {
  const email = given.email.trim()
  await countAttempt(db, email, given.address)
  const user = await findUser(db, email)
  const right = await isPassword(given.password, user?.password_hash)
  if (!user || !right) throw new CroftError('not-authenticated', 'The email or the password is wrong.')
  const token = newToken('')
  await transact(db, async (tx) => {
    await forgiveAttempt(tx, email, given.address)
    await tx
      .insertInto('sessions')
      .values({
        token_hash: hashToken(token),
        user_id: user.id,
        expires_at: sql<Date>`now() + make_interval(secs => ${SESSION_SECONDS})`,
      })
      .execute()
    const principal = { ...ANONYMOUS, type: 'user', id: user.id, name: user.email, userId: user.id } as const
    await recordEvent(
      tx,
      { principal, requestId: given.requestId },
      { workspaceId: null, action: 'user.logged-in', subjectType: 'user', subjectId: user.id },
    )
  })
  return token
}
