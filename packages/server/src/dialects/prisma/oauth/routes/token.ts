import type { FastifyReply, FastifyRequest } from 'fastify'
import { type IssuedTokens, OAuthError, parseScopes } from '../../../../domain/access/index.ts'
import { type FormBody, readForm } from '../../../page/form-body.ts'
import { readClientCredentials } from '../client-credentials.ts'
import type { OAuthDeps } from '../deps.ts'
import { FORM_EXPECTED } from '../token-error.ts'

function need(form: FormBody, name: string): string {
  const value = form.fields[name]
  if (!value) throw new OAuthError('invalid_request', `${name} is missing.`)
  return value
}

function readScopes(form: FormBody): string[] | undefined {
  if (!form.fields.scope) return undefined
  const scopes = parseScopes(form.fields.scope)
  if (scopes === null) throw new OAuthError('invalid_scope', 'The scope is unknown or lacks workspace:admin.')
  return scopes
}

async function issue({ access }: OAuthDeps, request: FastifyRequest, form: FormBody): Promise<IssuedTokens> {
  const [repeated] = form.repeated
  if (repeated !== undefined) throw new OAuthError('invalid_request', `${repeated} was sent more than once.`)
  const grantType = need(form, 'grant_type')
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
    throw new OAuthError('unsupported_grant_type', 'grant_type must be authorization_code or refresh_token.')
  }
  const credentials = readClientCredentials(request.headers.authorization, form)
  const client = await access.authenticateClient({ ...credentials, address: request.ip })
  if (grantType === 'refresh_token') {
    const refreshToken = need(form, 'refresh_token')
    return await access.refreshGrant({
      client,
      refreshToken,
      scopes: readScopes(form),
      requestId: request.id,
    })
  }
  return await access.exchangeCode({
    client,
    code: need(form, 'code'),
    redirectUri: need(form, 'redirect_uri'),
    codeVerifier: form.fields.code_verifier || undefined,
    requestId: request.id,
  })
}

/** POST /token: tokens for a code or a refresh token. There is always a refresh token: Prisma's SDK insists. */
export function tokenRoute(deps: OAuthDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) {
      throw new OAuthError('invalid_request', FORM_EXPECTED)
    }
    const issued = await issue(deps, request, readForm(request.body))
    return reply
      .header('cache-control', 'no-store')
      .header('pragma', 'no-cache')
      .send({
        access_token: issued.accessToken,
        token_type: 'Bearer',
        expires_in: issued.expiresIn,
        refresh_token: issued.refreshToken,
        scope: issued.scopes.join(' '),
      })
  }
}
