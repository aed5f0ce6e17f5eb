import { type Db, transact } from '../../../platform/db/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { type Login, login } from '../login.ts'
import type { Visitor } from '../people/start-session.ts'
import type { Call } from '../principal.ts'
import { type Issuer, issueIdToken } from './issue-id-token.ts'
import { createSignInCode, exchangeSignInCode } from './sign-in-codes.ts'

export { SIGN_IN_CLIENT_ID, signsIn } from './client.ts'
export type { Issuer, SignedIn } from './issue-id-token.ts'

/** A user signs in to a program, which then acts as the user until the session that this begins ends. */
export function signInUseCases({ db, sealer }: { readonly db: Db; readonly sealer: Sealer }) {
  return {
    createSignInCode: (call: Call) => createSignInCode(db, call),
    exchangeSignInCode: (given: Visitor & { readonly code: string; readonly issuer: Issuer }) =>
      exchangeSignInCode(db, given),
    /** Throws as `login` does. */
    async signIn({ issuer, ...given }: Login & { readonly issuer: Issuer }) {
      const session = await login({ db, sealer }, given)
      return transact(db, (tx) => issueIdToken(tx, session, issuer))
    },
    /** Throws `not-authenticated`. */
    refreshSignIn: (given: { readonly refreshToken: string; readonly issuer: Issuer }) =>
      transact(db, (tx) => issueIdToken(tx, given.refreshToken, given.issuer)),
  }
}
