import { html } from '../../../page/html.ts'
import type { Page } from '../../../page/send-page.ts'

export function logoutPage(email: string, token: string): Page {
  return {
    title: 'Log out',
    body: html`<h1>Log out?</h1>
<p>You are logged in as ${email}. Applications that you have allowed keep working until you revoke them.</p>
<form method="post" action="/logout"><input type="hidden" name="form_token" value="${token}">
<div class="actions"><button type="submit">Log out</button></div></form>`,
  }
}

export function loggedOutPage(): Page {
  return { title: 'Logged out', body: html`<h1>You are logged out</h1><p>You can close this page.</p>` }
}
