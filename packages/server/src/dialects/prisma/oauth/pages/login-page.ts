import { html } from '../../../page/html.ts'
import { FIRST_LOGIN, type LoginForm, loginForm } from '../../../page/login-form.ts'
import type { Page } from '../../../page/send-page.ts'
import { type AuthorizationRequest, toQuery } from '../authorization-request.ts'
import { formTargets } from '../form-targets.ts'

export interface LoginPage extends Omit<LoginForm, 'action'> {
  readonly request: AuthorizationRequest
  readonly status?: number
  readonly elsewhere?: boolean
}

export function loginPage({ request, status = 200, elsewhere, ...form }: LoginPage): Page {
  const query = toQuery(request)
  const back = new URLSearchParams({ return_to: `/authorize?${query}` }).toString()
  return {
    status,
    title: 'Log in',
    formTargets: formTargets(request.redirectUri),
    body: html`<h1>Log in to Croft</h1>
<p class="quiet">${request.client.name} would like to use your account.</p>
${loginForm({ ...form, action: `/authorize/login?${query}` })}
${elsewhere && html`<p class="after"><a href="/login/oidc?${back}">Log in with your organization’s account</a></p>`}`,
    footer: FIRST_LOGIN,
  }
}
