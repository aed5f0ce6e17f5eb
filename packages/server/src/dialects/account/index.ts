import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import type {} from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import type { AccountDeps } from './deps.ts'
import { invitationForm, invitationRoute } from './invitation.ts'
import { loginPageRoute, loginRoute } from './login.ts'
import { beginRoute, callbackRoute } from './oidc.ts'
import { sendPageError } from './page-error.ts'
import { resetPasswordForm, resetPasswordPage } from './reset-password.ts'

export type { AccountDeps } from './deps.ts'

/** By address; the domain slows down failures, this also what hashing passwords costs. */
const LOGINS = { perMinute: 30 }

/** The login, the pages where links of mails lead, and the way to another provider and back. */
export async function registerAccount(app: FastifyInstance, deps: AccountDeps): Promise<void> {
  await app.register(async (scope) => {
    if (!scope.hasRequestDecorator('cookies')) await scope.register(cookie)
    if (!scope.hasContentTypeParser('application/x-www-form-urlencoded')) await scope.register(formbody)
    scope.setErrorHandler(sendPageError)
    const named = (operation: string) => ({
      schema: { hide: true },
      config: { operation: `account.${operation}` },
    })
    const limited = (operation: string) => ({
      ...named(operation),
      onRequest: scope.rateLimit('account', LOGINS),
    })
    scope.get('/reset-password', named('askNewPassword'), resetPasswordPage(deps))
    scope.post('/reset-password', limited('resetPassword'), resetPasswordForm(deps))
    scope.get('/invitation', limited('showInvitation'), invitationRoute(deps))
    scope.post('/invitation', limited('acceptInvitation'), invitationForm(deps))
    scope.get('/login', named('askLogin'), loginPageRoute(deps))
    scope.post('/login', limited('login'), loginRoute(deps))
    scope.get('/login/oidc', limited('beginOidcLogin'), beginRoute(deps))
    scope.get('/login/oidc/callback', limited('finishOidcLogin'), callbackRoute(deps))
  })
}
