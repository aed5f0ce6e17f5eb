import { signsIn } from '../../../../domain/access/index.ts'
import { type Html, html } from '../../../page/html.ts'
import type { Page } from '../../../page/send-page.ts'
import { type AuthorizationRequest, toQuery } from '../authorization-request.ts'
import { formTargets } from '../form-targets.ts'

export interface ConsentPage {
  readonly request: AuthorizationRequest
  readonly email: string
  readonly workspaces: readonly { readonly id: string; readonly name: string }[]
  readonly token: string
  readonly logoutToken: string
  readonly status?: number
  readonly fault?: string | undefined
}

/** What every consent allows: there is one scope with rights, and there is always a refresh token. */
const RIGHTS = html`<p>In the workspace that you choose, it will be able to:</p>
<ul>
<li>see, create, change and delete whatever you can</li>
<li>do so while you are away, until you revoke it</li>
</ul>`

/** Of what acts as the user, in no single workspace. */
const EVERYTHING = html`<p>You sign in there, and it will be able to:</p>
<ul>
<li>do whatever you can, in all of your organizations</li>
<li>do so for 12 hours, or until you end its session</li>
</ul>`

/** Where the user goes next, short enough to be read: a host, or an app's own scheme. */
function destination(redirectUri: string): string {
  const url = new URL(redirectUri)
  return url.host || url.protocol
}

function choices(workspaces: ConsentPage['workspaces']): readonly Html[] {
  const only = workspaces.length === 1
  return workspaces.map(
    ({ id, name }) => html`<label class="choice"><input type="radio" name="workspace" value="${id}" required
${only && html`checked`}><span>${name}</span></label>`,
  )
}

export function consentPage(page: ConsentPage): Page {
  const { request, workspaces } = page
  const query = toQuery(request)
  const everywhere = signsIn(request.client)
  const choice = !everywhere && workspaces.length > 0
  const some = everywhere || choice
  return {
    status: page.status ?? 200,
    title: `Allow ${request.client.name}?`,
    formTargets: formTargets(request.redirectUri),
    body: html`<h1>Allow ${request.client.name}?</h1>
${
  some
    ? everywhere
      ? EVERYTHING
      : RIGHTS
    : html`<p class="wrong" role="alert">Your account has no workspace that it could use. Ask an administrator for
one.</p>`
}
${page.fault && html`<p class="wrong" role="alert">${page.fault}</p>`}
<form method="post" action="/authorize/consent?${query}">
<input type="hidden" name="form_token" value="${page.token}">
${choice && html`<fieldset><legend>In which workspace?</legend>${choices(workspaces)}</fieldset>`}
<div class="actions">
${some && html`<button type="submit" name="decision" value="allow">Allow</button>`}
<button type="submit" name="decision" value="deny" class="second" formnovalidate>Cancel</button>
</div>
</form>
<p class="quiet after">Afterwards you go to <code>${destination(request.redirectUri)}</code>.</p>`,
    footer: html`Logged in as ${page.email}. <form method="post" action="/logout?${query}"><input type="hidden"
name="form_token" value="${page.logoutToken}"><button type="submit" class="link">Use another account</button></form>`,
  }
}
