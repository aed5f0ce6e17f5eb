import * as client from 'openid-client'

export interface ProviderSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | undefined
}

/** What one login needs to remember between leaving and coming back. */
export interface LoginSecrets {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

/** Who the provider says that it is. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
  readonly email: string | undefined
  readonly emailVerified: boolean
  readonly name: string | undefined
}

/** An OpenID Connect provider where people may log in. */
export interface Provider {
  /** Where to send the browser. Throws `ProviderAway`. */
  begin(redirectUri: string): Promise<LoginSecrets & { readonly url: string }>
  /** `currentUrl` is the address that the browser came back to. Throws `ProviderAway`, `LoginRefused`. */
  finish(currentUrl: URL, secrets: LoginSecrets): Promise<Identity>
}

export class ProviderAway extends Error {
  constructor(cause: unknown) {
    super('the OpenID Connect provider does not answer as it should', { cause })
    this.name = 'ProviderAway'
  }
}

/** The user did not agree, or the answer is not one that can be trusted. */
export class LoginRefused extends Error {
  constructor(cause: unknown) {
    super('the OpenID Connect provider did not confirm the login', { cause })
    this.name = 'LoginRefused'
  }
}

const TIMEOUT_SECONDS = 10
/** Keys and addresses of providers change rarely; asking again now and then notices it without a restart. */
const DISCOVER_AGAIN_MS = 3_600_000

async function discover({ issuer, clientId, clientSecret }: ProviderSettings) {
  const url = new URL(issuer)
  return await client.discovery(url, clientId, clientSecret, clientSecret ? undefined : client.None(), {
    timeout: TIMEOUT_SECONDS,
    // Only when the setting itself says http, as it may inside of a private network.
    ...(url.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {}),
  })
}

/** What an answer says is wrong, as opposed to no answer at all. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof client.AuthorizationResponseError ||
    error instanceof client.ResponseBodyError ||
    (error instanceof client.ClientError && error.code?.startsWith('OAUTH_') === true && !isAway(error))
  )
}

function isAway({ code, cause }: client.ClientError): boolean {
  return (
    code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT' || (cause instanceof Response && cause.status >= 500)
  )
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export function createProvider(settings: ProviderSettings): Provider {
  let known: { readonly at: number; readonly config: Promise<client.Configuration> } | undefined

  function configuration(): Promise<client.Configuration> {
    if (!known || Date.now() - known.at > DISCOVER_AGAIN_MS) {
      const config = discover(settings)
      const mine = { at: Date.now(), config }
      known = mine
      // A failure is not kept: the next login asks again.
      config.catch(() => {
        if (known === mine) known = undefined
      })
    }
    return known.config
  }
  async function reach(): Promise<client.Configuration> {
    try {
      return await configuration()
    } catch (error) {
      throw new ProviderAway(error)
    }
  }

  return {
    async begin(redirectUri) {
      const config = await reach()
      const secrets = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
      }
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state: secrets.state,
        nonce: secrets.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(secrets.codeVerifier),
        code_challenge_method: 'S256',
      })
      return { ...secrets, url: url.href }
    },
    async finish(currentUrl, { state, nonce, codeVerifier }) {
      const config = await reach()
      try {
        const tokens = await client.authorizationCodeGrant(config, currentUrl, {
          pkceCodeVerifier: codeVerifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (!claims) throw new LoginRefused('there is no ID token')
        return {
          issuer: claims.iss,
          subject: claims.sub,
          email: textOf(claims.email),
          emailVerified: claims.email_verified === true,
          name: textOf(claims.name),
        }
      } catch (error) {
        if (error instanceof LoginRefused) throw error
        throw isRefusal(error) ? new LoginRefused(error) : new ProviderAway(error)
      }
    },
  }
}
