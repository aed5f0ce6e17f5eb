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
  /** Whether a code of an authenticator app is asked for too. */
  readonly asksCode?: boolean
  readonly elsewhere?: boolean
}

export function loginPage(page: LoginPage): Page {
  const { request, token, status = 200, email = '', fault, asksCode, elsewhere } = page
  const query = toQuery(request)
  const back = new URLSearchParams({ return_to: `/authorize?${query}` }).toString()
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
${
  asksCode &&
  html`<label for="code">Code of your authenticator app, or a recovery code</label>
<input id="code" type="text" name="code" autocomplete="one-time-code" required maxlength="100">`
}
<div class="actions"><button type="submit">Log in</button></div>
</form>
${elsewhere && html`<p class="after"><a href="/login/oidc?${back}">Log in with your organization’s account</a></p>`}`,
    footer: html`The first administrator’s login is in <code>bootstrap.json</code> in the data directory.`,
  }
}
