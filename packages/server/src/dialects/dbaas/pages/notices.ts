import { type Html, html } from '../../page/html.ts'
import type { PageInput } from '../render.ts'
import { WORDS } from './words.ts'

/** What a form has just done, as the address of the page after it says. */
export type Done = 'created' | 'changed' | 'reset' | 'released' | 'quarantined' | 'deleted'

const PARAMETER = 'done'

export const withDone = (path: string, done: Done): string =>
  `${path}${path.includes('?') ? '&' : '?'}${PARAMETER}=${done}`

const CREATED: Readonly<Record<string, string>> = {
  database: 'Your database is ready. Its address and its first user are below.',
  credential: 'The credential is ready. Its password is below.',
}

function sentence(done: string, noun: string): string | null {
  switch (done) {
    case 'created':
      return CREATED[noun] ?? `The ${noun} is there.`
    case 'changed':
      return `The ${noun} is changed.`
    case 'reset':
      return 'The password is new. Sessions that used the old one were ended.'
    case 'released':
      return 'The database is back. Its passwords are not the old ones: open a credential to read the new one.'
    case 'quarantined':
      return 'The database is in quarantine: nobody can connect to it any more, and its data is kept for some days.'
    case 'deleted':
      return `The ${noun} is deleted.`
    default:
      return null
  }
}

/** What has just been done. Nothing else that an address says gets onto a page. */
export function notice({ url, endpoint, request }: PageInput): Html | null {
  if (request.method !== 'GET' || endpoint?.kind == null) return null
  const done = new URL(url).searchParams.get(PARAMETER) ?? ''
  const text = sentence(done, WORDS[endpoint.kind].title.toLowerCase())
  return text === null ? null : html`<p class="notice" role="status">${text}</p>`
}

/** What was wrong, for the top of a page. */
export function alert(messages: readonly string[]): Html | null {
  if (messages.length === 0) return null
  if (messages.length === 1) return html`<p class="wrong" role="alert">${messages[0]}</p>`
  return html`<div class="wrong" role="alert"><ul>${messages.map((each) => html`<li>${each}</li>`)}</ul></div>`
}
