import { type Html, html } from './html.ts'

export interface LoginForm {
  /** A path of ours, with its query. */
  readonly action: string
  readonly token: string
  /** What was typed before. */
  readonly email?: string | undefined
  readonly fault?: string | undefined
  /** Whether a code of an authenticator app is asked for too. */
  readonly asksCode?: boolean | undefined
}

/** Says what was wrong with it as well. */
export function loginForm({ action, token, email = '', fault, asksCode }: LoginForm): Html {
  return html`${fault && html`<p class="wrong" role="alert" id="fault">${fault}</p>`}
<form method="post" action="${action}">
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
</form>`
}

/** Where the first login is found, for who has just started Croft. */
export const FIRST_LOGIN = html`The first administrator’s login is in <code>bootstrap.json</code> in the data directory.`
