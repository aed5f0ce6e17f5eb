import { html } from '../../page/html.ts'
import type { Kind } from '../endpoint.ts'
import type { PageInput } from '../render.ts'
import { exchange } from './exchange.ts'
import { createDatabaseForm } from './forms/create-database.ts'
import { type PageContent, ROOT } from './frame.ts'
import type { Lookup } from './lookup.ts'
import { may } from './may.ts'
import { listPath, WORDS } from './words.ts'

const ORDER: readonly Kind[] = [
  'database',
  'credential',
  'project',
  'plan',
  'environment',
  'enginetype',
  'engine',
  'team',
]

/** Where somebody begins who has never been here: a database first, then all that there is. */
export async function rootPage(input: PageInput, lookup: Lookup): Promise<PageContent> {
  const items = ORDER.map(
    (kind) =>
      html`<li><h3><a href="${listPath(kind)}">${WORDS[kind].plural}</a></h3><p>${WORDS[kind].about}</p></li>`,
  )
  const creates = may(input, 'create', 'database')
  const body = html`<h1>Databases, when you need them</h1>
<p class="about">This is the DBaaS API of Croft. Every address of it is a page for people and JSON for programs.</p>
${
  creates &&
  html`<section class="card" aria-labelledby="create"><h2 id="create">Create a database</h2>
<p>Give it a name and choose. A moment later you can connect to it.</p>
${await createDatabaseForm(input, lookup, null)}</section>`
}
<section class="card" aria-labelledby="resources"><h2 id="resources">What there is</h2>
<ul class="resources">${items}</ul></section>
${exchange(input)}`
  return { title: 'Api Root', crumbs: [ROOT], body }
}
