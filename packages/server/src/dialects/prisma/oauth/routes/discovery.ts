import type { FastifyRequest } from 'fastify'
import type { OAuthDeps } from '../deps.ts'

/** GET /.well-known/oauth-authorization-server (RFC 8414). */
export function discoveryRoute(deps: OAuthDeps) {
  return async (request: FastifyRequest) => {
    const issuer = deps.originOf(request)
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      scopes_supported: ['workspace:admin', 'offline_access'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_post', 'client_secret_basic'],
      authorization_response_iss_parameter_supported: true,
    }
  }
}
