import { html } from '../../../page/html.ts'
import type { Page } from '../../../page/send-page.ts'
import { type AuthorizationRequest, toQuery } from '../authorization-request.ts'
import { formTargets } from '../form-targets.ts'

export interface LoginPage {
  readonly request: AuthorizationRequest
  readonly token: string
  readonly status?: number
  /** What was typed before. */
  readonly email?: string | undefined
  readonly fault?: string | undefined
}

export function loginPage({ request, token, status = 200, email = '', fault }: LoginPage): Page {
  const query = toQuery(request)
  return {
    status,
    title: 'Log in',
    formTargets: formTargets(request.redirectUri),
    body: html`<h1>Log in to Croft</h1>
<p class="quiet">${request.client.name} would like to use your account.</p>
${fault && html`<p class="wrong" role="alert" id="fault">${fault}</p>`}
<form method="post" action="/authorize/login?${query}">
<input type="hidden" name="form_token" value="${token}">
<label for="email">Email</label>
<input id="email" type="email" name="email" value="${email}" autocomplete="username" required maxlength="254"
  ${email === '' && html`autofocus`} ${fault && html`aria-describedby="fault"`}>
<label for="password">Password</label>
<input id="password" type="password" name="password" autocomplete="current-password" required maxlength="1024"
  ${email !== '' && html`autofocus`} ${fault && html`aria-describedby="fault"`}>
<div class="actions"><button type="submit">Log in</button></div>
</form>`,
    footer: html`The first administrator’s login is in <code>bootstrap.json</code> in the data directory.`,
  }
}
