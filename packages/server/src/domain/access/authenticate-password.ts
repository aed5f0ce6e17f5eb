import { createHmac, randomBytes } from 'node:crypto'
import { type Db, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { findUser, recordRefusal, WRONG_PASSWORD } from './login.ts'
import { countAttempt, forgiveAttempt } from './login-attempts.ts'
import { isPassword } from './password.ts'
import type { Principal } from './principal.ts'
import { readBindings } from './read-bindings.ts'
import { createRecent } from './rules/recent.ts'
import { ANY_SECURITY, findSecurityRefs } from './security/security-refs.ts'
import { withSecurity } from './security/with-security.ts'

export interface PasswordGiven {
  readonly email: string
  readonly password: string
  /** Where it comes from. */
  readonly address: string
  readonly requestId: string
}

/** A page of a script's requests costs one hash, not one each. */
const REMEMBERED_MS = 60_000
/** About a thousand. */
const MOST_REMEMBERED = 2_000_000

/**
 * Who comes with an email and a password in every request, as Basic authentication does. What was right is remembered
 * for a minute under a key of this process, together with the hash that it was right for; the user is read each time, so
 * a password that is changed and a user who is disabled end at once. Throws `not-authenticated`,
 * `second-factor-required` and, after many failures, `rate-limited`.
 */
export function createAuthenticatePassword(db: Db) {
  const key = randomBytes(32)
  const right = createRecent<number>(MOST_REMEMBERED)
  const running = new Map<string, Promise<boolean>>()

  async function isRight(
    given: PasswordGiven,
    user: NonNullable<Awaited<ReturnType<typeof findUser>>> | undefined,
  ) {
    const name = createHmac('sha256', key)
      .update(JSON.stringify([user?.id ?? given.email, user?.password_hash ?? null, given.password]))
      .digest('base64url')
    const until = right.get(name)
    if (user && until !== undefined && until > performance.now()) return true
    const check = async (): Promise<boolean> => {
      await countAttempt(db, given.email, given.address)
      if (await isPassword(given.password, user?.password_hash)) {
        await transact(db, (tx) => forgiveAttempt(tx, given.email, given.address))
        right.keep(name, performance.now() + REMEMBERED_MS, 1)
        return true
      }
      await recordRefusal(db, given, user, user ? 'wrong password' : 'unknown user')
      return false
    }
    // Requests side by side would count as so many attempts, and too many are refused.
    const pending = running.get(name) ?? check().finally(() => running.delete(name))
    running.set(name, pending)
    return await pending
  }

  return async (asked: PasswordGiven): Promise<Principal> => {
    const given = { ...asked, email: asked.email.trim() }
    const user = await findUser(db, given.email)
    if (!(await isRight(given, user)) || !user) throw new CroftError('not-authenticated', WRONG_PASSWORD)
    if (user.totp_confirmed_at !== null) {
      throw new CroftError('second-factor-required', 'This account asks for a second factor.', {
        hint: 'Use an API key in place of the password.',
      })
    }
    const principal: Principal = {
      type: 'user',
      id: user.id,
      name: user.email,
      workspaceId: null,
      userId: user.id,
      tokenId: null,
      scopes: [],
      bindings: await readBindings(db, { userId: user.id }),
      ruleSets: [],
    }
    const security = await db.selectNoFrom(ANY_SECURITY.as('any')).executeTakeFirst()
    const refs = security?.any ? await findSecurityRefs(db, { holderId: user.id, workspaceId: null }) : []
    return withSecurity(db, principal, refs)
  }
}
