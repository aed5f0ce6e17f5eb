import type { FastifyReply, FastifyRequest } from 'fastify'
import { CroftError } from '../../platform/errors/index.ts'
import { formToken, isOurForm, visitorOf } from '../page/cookies.ts'
import { readForm } from '../page/form-body.ts'
import { html } from '../page/html.ts'
import { sendPage } from '../page/send-page.ts'
import type { AccountDeps } from './deps.ts'
import { statusOf } from './page-error.ts'

interface Shown {
  readonly token: string
  readonly status?: number
  readonly fault?: string
}

function show(
  deps: AccountDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { token, status = 200, fault }: Shown,
) {
  const proof = formToken(visitorOf(request, reply, deps.originOf(request)), 'reset')
  return sendPage(reply, {
    status,
    title: 'Choose a password',
    body: html`<h1>Choose a password</h1>
<p class="quiet">You will be logged out everywhere, and can log in with the new one.</p>
${fault && html`<p class="wrong" role="alert" id="fault">${fault}</p>`}
<form method="post" action="/reset-password">
<input type="hidden" name="form_token" value="${proof}"><input type="hidden" name="token" value="${token}">
<label for="password">New password</label>
<input id="password" type="password" name="password" autocomplete="new-password" required minlength="12"
  maxlength="1024" autofocus ${fault && html`aria-describedby="fault"`}>
<div class="actions"><button type="submit">Change the password</button></div>
</form>`,
  })
}

/** GET /reset-password: where links of password resets lead. Only the form uses the token up. */
export function resetPasswordPage(deps: AccountDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { token } = readForm(request.query).fields
    return show(deps, request, reply, { token: token ?? '' })
  }
}

/** POST /reset-password. */
export function resetPasswordForm({ people, ...deps }: AccountDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { token = '', password = '', form_token: proof } = readForm(request.body).fields
    const again = (status: number, fault: string) =>
      show({ people, ...deps }, request, reply, { token, status, fault })
    if (!isOurForm(request, 'reset', proof)) {
      return again(403, 'The form was out of date, or cookies are off. Please try again.')
    }
    try {
      await people.resetPassword({ token, password, requestId: request.id })
    } catch (error) {
      if (!(error instanceof CroftError) || statusOf(error) >= 500) throw error
      return again(statusOf(error), error.message)
    }
    return sendPage(reply, {
      title: 'Password changed',
      body: html`<h1>Your password is changed</h1><p>Log in with the new one.</p>`,
    })
  }
}
