import { type Html, html } from '../../page/html.ts'
import type { Kind } from '../endpoint.ts'
import type { Hal } from '../hal.ts'
import { FACTS } from './describe.ts'
import type { Lookup } from './lookup.ts'
import { textOf } from './read-hal.ts'

/** All that is told of a thing besides its name. */
export async function factsList(kind: Kind, hal: Hal, lookup: Lookup): Promise<Html> {
  const facts = await Promise.all(
    FACTS[kind].map(
      async ({ label, show }) => html`<div><dt>${label}</dt><dd>${await show(hal, lookup)}</dd></div>`,
    ),
  )
  return html`<dl class="facts">${facts}<div><dt>Number</dt><dd>${textOf(hal, 'id')}</dd></div></dl>`
}
