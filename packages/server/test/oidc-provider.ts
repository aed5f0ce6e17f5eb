import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export interface OidcProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Who logs in there next, and what else the ID token says. */
  claims: Record<string, unknown>
  /** Answers everything with 500. */
  broken: boolean
  /** How often its configuration was asked for. */
  discoveries: number
  /** What a browser is sent back to, after the user has agreed at this address of the provider. */
  agree(url: string): Promise<string>
}

interface Pending {
  readonly challenge: string
  readonly nonce: string
  readonly redirectUri: string
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return new URLSearchParams(text)
}

/** A small but real OpenID Connect provider: codes, PKCE, signed ID tokens. Closed after the test. */
export async function startOidcProvider(t: TestContext): Promise<OidcProvider> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const key = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'RS256', use: 'sig' }
  const pending = new Map<string, Pending>()
  const send = (response: ServerResponse, status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', provider.issuer)
    if (provider.broken) return send(response, 500, {})
    if (pathname === '/.well-known/openid-configuration') {
      provider.discoveries++
      return send(response, 200, {
        issuer: provider.issuer,
        authorization_endpoint: `${provider.issuer}/authorize`,
        token_endpoint: `${provider.issuer}/token`,
        jwks_uri: `${provider.issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      })
    }
    if (pathname === '/keys') return send(response, 200, { keys: [key] })
    const form = await bodyOf(request)
    const asked = pending.get(form.get('code') ?? '')
    pending.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const right =
      asked?.challenge === challenge &&
      form.get('redirect_uri') === asked.redirectUri &&
      form.get('client_id') === provider.clientId &&
      form.get('client_secret') === provider.clientSecret
    if (!right) return send(response, 400, { error: 'invalid_grant' })
    const idToken = await new SignJWT({ nonce: asked.nonce, ...provider.claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'test' })
      .setIssuer(provider.issuer)
      .setAudience(provider.clientId)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)
    return send(response, 200, { access_token: 'x', token_type: 'Bearer', id_token: idToken })
  })
  const provider: OidcProvider = {
    issuer: '',
    clientId: 'croft',
    clientSecret: 'the secret of croft there',
    claims: {},
    broken: false,
    discoveries: 0,
    async agree(url) {
      const { searchParams: asked } = new URL(url)
      const code = randomUUID()
      const redirectUri = asked.get('redirect_uri') ?? ''
      pending.set(code, {
        challenge: asked.get('code_challenge') ?? '',
        nonce: asked.get('nonce') ?? '',
        redirectUri,
      })
      return `${redirectUri}?${new URLSearchParams({ code, state: asked.get('state') ?? '' })}`
    },
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return Object.assign(provider, { issuer: `http://127.0.0.1:${port}` })
}
