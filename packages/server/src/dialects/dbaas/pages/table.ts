import { type Html, html } from '../../page/html.ts'
import type { Kind } from '../endpoint.ts'
import type { Hal } from '../hal.ts'
import { FACTS } from './describe.ts'
import type { Lookup } from './lookup.ts'
import { nameOf, textOf, whereIs } from './read-hal.ts'
import { WORDS } from './words.ts'

interface Options {
  readonly lookup: Lookup
  /** Whether the caller may open them. */
  readonly opens: boolean
}

/** Roles are said because narrow windows lay rows out as blocks, and then some browsers forget what a table is. */
async function row(kind: Kind, hal: Hal, { lookup, opens }: Options): Promise<Html> {
  const facts = FACTS[kind].filter(({ listed }) => listed)
  const cells = await Promise.all(
    facts.map(
      async ({ label, show }) =>
        html`<td role="cell"><span class="label" aria-hidden="true">${label}</span><span>${await show(hal, lookup)}</span></td>`,
    ),
  )
  return html`<tr role="row"><th scope="row" role="rowheader">${
    opens ? html`<a href="${whereIs(hal)}">${nameOf(kind, hal)}</a>` : nameOf(kind, hal)
  }</th>${cells}
<td role="cell" class="number"><span class="label" aria-hidden="true">Number</span><span>${textOf(hal, 'id')}</span></td></tr>`
}

/** Things of one kind, each by its name and what a list tells of it. */
export async function table(kind: Kind, things: readonly Hal[], options: Options): Promise<Html> {
  const first = kind === 'credential' ? 'User' : kind === 'engine' ? 'Version' : 'Name'
  const labels = [first, ...FACTS[kind].filter(({ listed }) => listed).map(({ label }) => label), 'Number']
  return html`<table class="things" role="table" aria-label="${WORDS[kind].plural}"><thead role="rowgroup"><tr role="row">
${labels.map((label) => html`<th scope="col" role="columnheader">${label}</th>`)}</tr></thead>
<tbody role="rowgroup">${await Promise.all(things.map((each) => row(kind, each, options)))}</tbody></table>`
}
