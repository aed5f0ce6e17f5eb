import { sql } from 'kysely'
import type { Db } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { type Provider, ProviderAway } from '../../../platform/oidc/index.ts'
import { type Sealer, sealedContext } from '../../../platform/secrets/index.ts'
import { hashToken } from '../token-hash.ts'

const LOGIN_SECONDS = 600

export interface OidcDeps {
  readonly db: Db
  readonly sealer: Sealer
  /** Null when the settings name none. */
  readonly provider: Provider | null
}

/** The row's key as PostgreSQL prints it, which is what key rotation sees. */
export const verifierContext = (stateHash: Buffer) =>
  sealedContext('oidc_logins', 'code_verifier', `\\x${stateHash.toString('hex')}`)

export function requireProvider({ provider }: Pick<OidcDeps, 'provider'>): Provider {
  if (provider) return provider
  throw new CroftError('route-not-found', 'Nobody logs in elsewhere here: no OpenID Connect provider is set.')
}

export function providerAway(error: unknown): unknown {
  if (!(error instanceof ProviderAway)) return error
  const message = 'The OpenID Connect provider does not answer. Try again, or log in with a password.'
  return new CroftError('unavailable', message, { cause: error, retryAfter: 5 })
}

/**
 * Begins a login at the provider: `url` is where the browser goes, `state` what it must still have when it comes back.
 * `returnTo` is a path of ours. Throws `unavailable` when the provider is away, `route-not-found` without one.
 */
export async function beginOidcLogin(
  deps: OidcDeps,
  { redirectUri, returnTo }: { redirectUri: string; returnTo: string },
): Promise<{ readonly url: string; readonly state: string }> {
  const { url, state, nonce, codeVerifier } = await requireProvider(deps)
    .begin(redirectUri)
    .catch((error) => {
      throw providerAway(error)
    })
  const stateHash = hashToken(state)
  await deps.db
    .insertInto('oidc_logins')
    .values({
      state_hash: stateHash,
      nonce,
      code_verifier: deps.sealer.seal(codeVerifier, verifierContext(stateHash)),
      return_to: returnTo,
      expires_at: sql<Date>`now() + make_interval(secs => ${LOGIN_SECONDS})`,
    })
    .execute()
  return { url, state }
}
