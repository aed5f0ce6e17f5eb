import {
  type Access,
  isChallenge,
  matchesRedirectUri,
  type OAuthApplication,
  type OAuthErrorCode,
  parseScopes,
  signsIn,
} from '../../../domain/access/index.ts'

/** What a client asks of the user, checked. */
export interface AuthorizationRequest {
  readonly client: OAuthApplication
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly state: string | undefined
  readonly codeChallenge: string | null
}

export type Parsed =
  | { readonly kind: 'request'; readonly request: AuthorizationRequest }
  /** The client can be told by sending the user back to it. */
  | { readonly kind: 'refused'; readonly location: string }
  /** Nobody knows whether the address is the client's, so only the user can be told. */
  | { readonly kind: 'untrusted'; readonly message: string }

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

const PARAMETERS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const

/** An address of the client with the answer added; what it had in its query stays as it was. */
export function answerLocation(redirectUri: string, answer: Record<string, string | undefined>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) params.set(name, value)
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${params}`
}

/** The request again, as the query of our own next step. */
export function toQuery({ client, redirectUri, scopes, state, codeChallenge }: AuthorizationRequest): string {
  const params = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
  })
  if (state !== undefined) params.set('state', state)
  if (codeChallenge !== null) {
    params.set('code_challenge', codeChallenge)
    params.set('code_challenge_method', 'S256')
  }
  return params.toString()
}

interface Refusal {
  readonly error: OAuthErrorCode
  readonly description: string
}

function challengeFault(client: OAuthApplication, challenge: string | undefined, method: string | undefined) {
  if (challenge === undefined) {
    if (method !== undefined) return 'code_challenge_method came without a code_challenge.'
    return client.confidential ? null : 'A public client must send a code_challenge (PKCE).'
  }
  if (method !== 'S256') return 'code_challenge_method must be S256.'
  return isChallenge(challenge) ? null : 'code_challenge must be a SHA-256 in base64url.'
}

/** Who signs in asks for OpenID Connect's scopes, whichever they are, and gets all that the user may do. */
const scopesOf = (client: OAuthApplication, text: string | undefined) =>
  signsIn(client) ? [] : parseScopes(text)

function refusal(client: OAuthApplication, query: Query): Refusal | null {
  const one = (name: (typeof PARAMETERS)[number]) => {
    const value = query[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const repeated = PARAMETERS.find((name) => Array.isArray(query[name]))
  if (repeated) return { error: 'invalid_request', description: `${repeated} was sent more than once.` }
  const responseType = one('response_type')
  if (responseType === undefined)
    return { error: 'invalid_request', description: 'response_type is missing.' }
  if (responseType !== 'code') {
    return { error: 'unsupported_response_type', description: 'response_type must be code.' }
  }
  const description = challengeFault(client, one('code_challenge'), one('code_challenge_method'))
  if (description !== null) return { error: 'invalid_request', description }
  return scopesOf(client, one('scope')) === null
    ? {
        error: 'invalid_scope',
        description: 'The scopes are workspace:admin, which is needed, and offline_access.',
      }
    : null
}

/** Reads and checks the query of an authorization request (RFC 6749, 4.1.1; RFC 7636, 4.3). */
export async function parseAuthorizationRequest(
  access: Pick<Access, 'findClient'>,
  query: Query,
  issuer: string,
): Promise<Parsed> {
  const { client_id: clientId, redirect_uri: redirectUri } = query
  if (typeof clientId !== 'string' || clientId === '') {
    return { kind: 'untrusted', message: 'The link has no client_id, or more than one.' }
  }
  const client = await access.findClient(clientId)
  if (!client) return { kind: 'untrusted', message: 'No application with this client_id is registered here.' }
  if (typeof redirectUri !== 'string' || !matchesRedirectUri(client.redirectUris, redirectUri)) {
    return {
      kind: 'untrusted',
      message: `The redirect_uri is not one that ${client.name} has registered, so nothing was sent there.`,
    }
  }
  const state = typeof query.state === 'string' ? query.state : undefined
  const refused = refusal(client, query)
  if (refused) {
    const answer = { error: refused.error, error_description: refused.description, state, iss: issuer }
    return { kind: 'refused', location: answerLocation(redirectUri, answer) }
  }
  const scopes = scopesOf(client, typeof query.scope === 'string' ? query.scope : undefined) ?? []
  const codeChallenge = typeof query.code_challenge === 'string' ? query.code_challenge || null : null
  return { kind: 'request', request: { client, redirectUri, scopes, state, codeChallenge } }
}
