import { sql } from 'kysely'
import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { ownUserId } from '../people/own-user.ts'
import { startSession, type Visitor } from '../people/start-session.ts'
import type { Call } from '../principal.ts'
import { hashToken, newToken } from '../token-hash.ts'
import { type Issuer, issueIdToken, type SignedIn } from './issue-id-token.ts'

const CODE_SECONDS = 60

/** What a browser takes to a program that its user signs in to; good once, for a minute. Throws `forbidden`. */
export async function createSignInCode(db: Db, call: Call): Promise<string> {
  const userId = ownUserId(call)
  const code = newToken('croft_code_')
  await db
    .insertInto('sign_in_codes')
    .values({
      code_hash: hashToken(code),
      user_id: userId,
      expires_at: sql<Date>`now() + make_interval(secs => ${CODE_SECONDS})`,
    })
    .execute()
  return code
}

/** A session of its own, which the user finds among the others and can end. Throws `not-authenticated`. */
export async function exchangeSignInCode(
  db: Db,
  { code, issuer, ...visitor }: Visitor & { readonly code: string; readonly issuer: Issuer },
): Promise<SignedIn> {
  return transact(db, async (tx) => {
    const taken = await tx
      .deleteFrom('sign_in_codes')
      .using('users')
      .whereRef('users.id', '=', 'sign_in_codes.user_id')
      .where('code_hash', '=', hashToken(code))
      .where('expires_at', '>', sql<Date>`now()`)
      .where('users.disabled_at', 'is', null)
      .returning(['users.id', 'users.email'])
      .executeTakeFirst()
    if (!taken) {
      throw new CroftError(
        'not-authenticated',
        'The authorization code is unknown, was used, or is too old.',
        {
          hint: 'Sign in again; a code is good for a minute.',
        },
      )
    }
    const session = await startSession(tx, taken, visitor, { method: 'code' })
    return issueIdToken(tx, session, issuer)
  })
}
