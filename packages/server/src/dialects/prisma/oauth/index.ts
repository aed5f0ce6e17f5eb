import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import type {} from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import type { OAuthDeps } from './deps.ts'
import { sendPageError } from './page-error.ts'
import { authorizeRoute } from './routes/authorize.ts'
import { consentRoute } from './routes/consent.ts'
import { discoveryRoute } from './routes/discovery.ts'
import { loginRoute } from './routes/login.ts'
import { logoutPageRoute, logoutRoute } from './routes/logout.ts'
import { tokenRoute } from './routes/token.ts'
import { sendTokenError } from './token-error.ts'

export type { OAuthDeps } from './deps.ts'

/** By address, whatever account it tries; the domain slows down failures, this also what hashing passwords costs. */
const LOGINS = { perMinute: 30 }

// Pages and the token endpoint are OAuth's, not operations of the Management API's document.
const schema = { hide: true }

/**
 * OAuth 2.0 with a login of our own, at the paths of Prisma's auth host: authorization codes with PKCE and
 * refresh tokens.
 */
export async function registerOAuth(app: FastifyInstance, deps: OAuthDeps): Promise<void> {
  await app.register(async (scope) => {
    if (!scope.hasRequestDecorator('cookies')) await scope.register(cookie)
    if (!scope.hasContentTypeParser('application/x-www-form-urlencoded')) await scope.register(formbody)
    scope.setErrorHandler(sendPageError)
    const named = (operation: string) => ({ schema, config: { operation: `prisma.${operation}` } })

    scope.get('/authorize', named('authorize'), authorizeRoute(deps))
    scope.post(
      '/authorize/login',
      { ...named('login'), onRequest: scope.rateLimit('login', LOGINS) },
      loginRoute(deps),
    )
    scope.post('/authorize/consent', named('consent'), consentRoute(deps))
    scope.get('/logout', named('askLogout'), logoutPageRoute(deps))
    scope.post('/logout', named('logout'), logoutRoute(deps))
    scope.post('/token', { ...named('token'), errorHandler: sendTokenError }, tokenRoute(deps))
    scope.get('/.well-known/oauth-authorization-server', named('oauthMetadata'), discoveryRoute(deps))
  })
}
