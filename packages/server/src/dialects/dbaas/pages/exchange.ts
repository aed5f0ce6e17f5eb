import { STATUS_CODES } from 'node:http'
import { type Html, html } from '../../page/html.ts'
import type { PageInput } from '../render.ts'
import { form } from './forms/form.ts'
import { printJson } from './print-json.ts'
import { pathOf, textOf } from './read-hal.ts'

/** The same address with the answer in a form that it names. */
function inFormat(url: string, format: 'json' | 'api'): string {
  const { pathname, searchParams } = new URL(url)
  searchParams.delete('done')
  searchParams.set('format', format)
  return `${pathname}?${searchParams.toString()}`
}

function withoutDone(url: string): string {
  const { origin, pathname, searchParams } = new URL(url)
  searchParams.delete('done')
  const query = searchParams.toString()
  return `${origin}${pathname}${query && `?${query}`}`
}

function headersOf({ allow, answer: { location } }: PageInput): readonly (readonly [string, string])[] {
  return [
    ['Content-Type', 'application/json'],
    ['Allow', allow.join(', ')],
    ['Vary', 'Accept, Cookie'],
    ...(location === undefined ? [] : [['Location', location] as const]),
  ]
}

/** For a shell: quoted, unless it has nothing that a shell reads otherwise. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** How a program does the same: what was asked, and the whole answer. */
export function exchange(input: PageInput): Html {
  const { answer, method, url, origin } = input
  const asked = withoutDone(url)
  const headers = headersOf(input).map(([name, value]) => html`<b>${name}:</b> ${value}\n`)
  const body = answer.hal && printJson(answer.hal, origin)
  // Who looks over a shoulder need not see it.
  const hidden = textOf(answer.hal, 'password') !== null
  const pre = html`<pre class="response" tabindex="0" role="region" aria-label="Response"><b class="status">HTTP ${answer.status} ${STATUS_CODES[answer.status] ?? ''}</b>
${headers}
${body}</pre>`
  const path = pathOf(asked)
  const target = new URL(asked).pathname
  return html`<section class="card" aria-labelledby="exchange"><h2 id="exchange">Request and response</h2>
<p class="quiet">Programs get the same at the same address, as JSON, with HTTP Basic authentication:
your email and password, or any user name and an API key.</p>
<div class="exchange"><pre class="request"><b>${method}</b> ${path}</pre>
<div class="verbs">
${
  input.allow.includes('GET') &&
  html`<a class="button second" href="${path}">GET<span class="unseen"> this page again</span></a>
<a class="button second" href="${inFormat(asked, 'json')}">JSON<span class="unseen"> of this page</span></a>`
}
${form(input, {
  action: target,
  method: 'OPTIONS',
  body: html`<button type="submit" class="second">OPTIONS</button>`,
})}
</div></div>
${hidden ? html`<details><summary>Show the response, with the password</summary>${pre}</details>` : pre}
${
  method === 'GET' &&
  html`<p class="quiet after">With curl: <code class="copy">curl -u ${word(input.principal?.name ?? '<user>')} '${asked.replaceAll("'", '%27')}'</code></p>`
}
</section>`
}
