import { sql } from 'kysely'
import { transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { type Identity, LoginRefused } from '../../../platform/oidc/index.ts'
import { recordEvent } from '../../events/index.ts'
import { ANONYMOUS } from '../principal.ts'
import { hashToken } from '../token-hash.ts'
import { type OidcDeps, providerAway, requireProvider, verifierContext } from './begin-oidc-login.ts'
import { identifyUser } from './identify-user.ts'
import { startSession, type Visitor } from './start-session.ts'

export interface OidcReturn extends Visitor {
  /** The address that the browser came back to, with all that the provider put there. */
  readonly url: URL
  /** What the browser kept since `beginOidcLogin`. */
  readonly state: string | undefined
}

const again = (cause?: unknown) =>
  new CroftError('forbidden', 'The login at the provider was refused, or took too long.', {
    hint: 'Please try again.',
    ...(cause === undefined ? {} : { cause }),
  })

/** Each beginning is good for one return, of the browser that began. */
async function takeLogin({ db, sealer }: OidcDeps, { url, state }: OidcReturn) {
  if (state === undefined || url.searchParams.get('state') !== state) return undefined
  const stateHash = hashToken(state)
  const row = await db
    .deleteFrom('oidc_logins')
    .where('state_hash', '=', stateHash)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning(['nonce', 'code_verifier', 'return_to'])
    .executeTakeFirst()
  return (
    row && {
      state,
      nonce: row.nonce,
      codeVerifier: sealer.open(row.code_verifier, verifierContext(stateHash)),
      returnTo: row.return_to,
    }
  )
}

async function recordRefusal({ db }: OidcDeps, { address, requestId }: OidcReturn, reason: string) {
  await recordEvent(
    db,
    { principal: ANONYMOUS, requestId },
    {
      workspaceId: null,
      action: 'user.login-refused',
      subjectType: 'user',
      subjectId: 'unknown',
      after: { reason, address, method: 'oidc' },
    },
  )
}

/**
 * Ends a login at the provider: a session, and the path to go on to. The second factor is the provider's to ask for.
 * Throws `forbidden`, `unavailable`, `route-not-found`.
 */
export async function finishOidcLogin(
  deps: OidcDeps,
  given: OidcReturn,
): Promise<{ readonly session: string; readonly returnTo: string }> {
  const provider = requireProvider(deps)
  const begun = await takeLogin(deps, given)
  if (!begun) throw again()
  let identity: Identity
  try {
    identity = await provider.finish(given.url, begun)
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw providerAway(error)
    await recordRefusal(deps, given, 'refused by the provider')
    throw again(error)
  }
  try {
    const session = await transact(deps.db, async (tx) => {
      const user = await identifyUser(tx, identity, given.requestId)
      return startSession(tx, user, given, { method: 'oidc', issuer: identity.issuer })
    })
    return { session, returnTo: begun.returnTo }
  } catch (error) {
    if (error instanceof CroftError) await recordRefusal(deps, given, error.message)
    throw error
  }
}
