import { type Html, html } from '../../page/html.ts'
import type { Hal } from '../hal.ts'
import { formatBytes, formatTime } from './format.ts'
import type { Lookup } from './lookup.ts'
import { numberOf, pathOf, textOf, textsOf, thingsOf, whereIs } from './read-hal.ts'

export const NOTHING = html`<span class="quiet">–</span>`

/** A link to another thing, by its name. */
export async function link(lookup: Lookup, url: string | null): Promise<Html> {
  if (url === null) return NOTHING
  return html`<a href="${pathOf(url)}">${await lookup.nameAt(url)}</a>`
}

export async function links(lookup: Lookup, hal: Hal, field: string): Promise<Html> {
  const all = await Promise.all(textsOf(hal, field).map((url) => link(lookup, url)))
  return all.length === 0 ? NOTHING : html`${all.map((each, index) => html`${index > 0 && ', '}${each}`)}`
}

/** Users of a database, in either form of the API. */
export function credentials(hal: Hal): readonly { readonly user: string; readonly path: string }[] {
  return thingsOf(hal, 'credentials').map((each) => ({
    user: textOf(each, 'user') ?? '',
    path: whereIs(each),
  }))
}

/** How full it is: `24 MB of 1 GB`. */
export function space(hal: Hal): Html {
  const [used, total] = [numberOf(hal, 'used_size_in_bytes'), numberOf(hal, 'total_size_in_bytes')]
  const first = used === null ? 'not known yet' : formatBytes(used)
  return total === null || total === 0 ? html`${first}` : html`${first} of ${formatBytes(total)}`
}

const STATUSES: Readonly<Record<string, { readonly text: string; readonly tone: string }>> = {
  Alive: { text: 'Ready', tone: 'good' },
  Initializing: { text: 'Being made', tone: 'busy' },
  Alert: { text: 'Needs attention', tone: 'bad' },
  Dead: { text: 'Gone', tone: 'bad' },
}

/** How it is, in a word. */
export function status(hal: Hal): Html {
  if (textOf(hal, 'quarantine_dt') !== null) return html`<span class="badge busy">In quarantine</span>`
  const known = STATUSES[textOf(hal, 'status') ?? '']
  return known ? html`<span class="badge ${known.tone}">${known.text}</span>` : NOTHING
}

export const yes = (value: unknown, text: string, tone: string): Html | null =>
  value === true ? html`<span class="badge ${tone}">${text}</span>` : null

export const time = (hal: Hal, field: string): Html => {
  const text = textOf(hal, field)
  return text === null ? NOTHING : formatTime(text)
}
