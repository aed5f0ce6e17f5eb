import { type Html, html } from '../../page/html.ts'
import type { Hal } from '../hal.ts'
import { credentials } from './cells.ts'
import type { Lookup } from './lookup.ts'
import { textOf } from './read-hal.ts'

/** An address with the user in place of what stands for one. */
const withUser = (endpoint: string, user: string): string => endpoint.replace('<user>', user)
const withPassword = (endpoint: string, password: string): string => endpoint.replace('<password>', password)

/** Which connection strings a database has: passwords are for the credentials' own pages, if the caller may open them. */
export function connections(database: Hal, opens: boolean): Html {
  const endpoint = textOf(database, 'endpoint')
  if (endpoint === null) {
    return html`<p class="note">Its address is not known yet. Load this page again in a moment.</p>`
  }
  const rows = credentials(database).map(
    ({ user, path }) => html`<li><h3>${opens ? html`<a href="${path}">${user}</a>` : user}</h3>
<code class="copy">${withUser(endpoint, user)}</code>
${
  opens &&
  html`<p class="quiet"><a href="${path}">Show the password<span class="unseen"> of ${user}</span></a></p>`
}</li>`,
  )
  if (rows.length === 0) return html`<p class="empty">Nobody can connect: it has no credential.</p>`
  return html`<ul class="connections">${rows}</ul>`
}

/** The password of a credential and the connection string with it, shown when they are asked for. */
export async function secrets(credential: Hal, lookup: Lookup): Promise<Html> {
  const [user, password] = [textOf(credential, 'user') ?? '', textOf(credential, 'password') ?? '']
  const database = textOf(credential, 'database')
  const endpoint = database === null ? null : textOf(await lookup.find(database), 'endpoint')
  const address = endpoint && withUser(endpoint, user)
  return html`<p class="label">Connection string</p>
<code class="copy">${address === null ? 'Not known yet: load this page again in a moment.' : withPassword(address, '••••••••••')}</code>
<details class="secret"><summary>Show the password</summary><div class="inside">
<p class="label">Password</p><code class="copy" id="password">${password}</code>
${address && html`<p class="label">Connection string with it</p><code class="copy" id="connection-string">${withPassword(address, password)}</code>`}
<p class="quiet">A click selects the whole text.</p></div></details>`
}
