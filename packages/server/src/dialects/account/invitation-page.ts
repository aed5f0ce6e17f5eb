import { describePlace, type FoundInvitation, ROLES } from '../../domain/access/index.ts'
import { html } from '../page/html.ts'
import type { Page } from '../page/send-page.ts'

export interface InvitationPage {
  readonly found: FoundInvitation
  readonly token: string
  readonly proof: string
  /** Whether the invited user is logged in already. */
  readonly isVisitor: boolean
  /** Where else the user may log in; null for nowhere. */
  readonly elsewhere: string | null
  readonly status?: number | undefined
  readonly fault?: string | undefined
}

const titleOf = (role: string): string | undefined =>
  Object.entries(ROLES).find(([name]) => name === role)?.[1].title

function fieldsOf({ found: { user }, isVisitor }: InvitationPage) {
  if (isVisitor) return null
  if (user === null) {
    return html`<label for="name">Your name (optional)</label>
<input id="name" type="text" name="name" autocomplete="name" maxlength="128">
<label for="password">Choose a password</label>
<input id="password" type="password" name="password" autocomplete="new-password" required minlength="12" maxlength="1024">`
  }
  if (!user.hasPassword) return null
  return html`<label for="password">Your password</label>
<input id="password" type="password" name="password" autocomplete="current-password" required maxlength="1024">
<label for="code">Code of your authenticator app (if you have set one up)</label>
<input id="code" type="text" name="code" autocomplete="one-time-code" maxlength="100">`
}

export function invitationPage(page: InvitationPage): Page {
  const { found, token, proof, isVisitor, elsewhere, status = 200, fault } = page
  const { invitation, place, user } = found
  const title = titleOf(invitation.role)
  const canSubmit = isVisitor || user === null || user.hasPassword
  return {
    status,
    title: 'Invitation',
    body: html`<h1>You are invited to ${describePlace(place)}</h1>
<p>As <strong>${invitation.email}</strong>, with the role <code>${invitation.role}</code>${title && html`: ${title}`}.</p>
${fault && html`<p class="wrong" role="alert">${fault}</p>`}
${
  canSubmit &&
  html`<form method="post" action="/invitation">
<input type="hidden" name="form_token" value="${proof}"><input type="hidden" name="token" value="${token}">
${fieldsOf(page)}
<div class="actions"><button type="submit">Accept</button></div></form>`
}
${elsewhere !== null && !isVisitor && html`<p class="after"><a href="${elsewhere}">Log in with your organization’s account</a></p>`}`,
  }
}
