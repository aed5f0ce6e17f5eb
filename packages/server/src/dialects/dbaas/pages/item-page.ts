import { html } from '../../page/html.ts'
import type { Kind } from '../endpoint.ts'
import type { PageInput } from '../render.ts'
import { exchange } from './exchange.ts'
import { factsList } from './facts-list.ts'
import { faultOf, saidAbove } from './fault.ts'
import { CHANGE_DATABASE_FIELDS } from './forms/change-database.ts'
import { PROJECT_FIELDS } from './forms/project.ts'
import { listCrumb, type PageContent, ROOT } from './frame.ts'
import type { Item, Sections } from './item.ts'
import { credentialSections } from './items/credential.ts'
import { databaseSections } from './items/database.ts'
import { projectSections } from './items/project.ts'
import type { Lookup } from './lookup.ts'
import { alert, notice } from './notices.ts'
import { nameOf, whereIs } from './read-hal.ts'
import { WORDS } from './words.ts'

const SECTIONS: Partial<Record<Kind, (item: Item) => Promise<Sections>>> = {
  database: databaseSections,
  credential: credentialSections,
  project: projectSections,
}
const FIELDS: Partial<Record<Kind, readonly string[]>> = {
  database: CHANGE_DATABASE_FIELDS,
  project: PROJECT_FIELDS,
}

/** A thing: what is known of it and what can be done with it. Null when it cannot be read. */
export async function itemPage(input: PageInput, kind: Kind, lookup: Lookup): Promise<PageContent | null> {
  const hal = await input.read(new URL(input.url).pathname)
  if (hal === null) return null
  const { title } = WORDS[kind]
  const name = kind === 'engine' ? await lookup.nameAt(hal._links.self) : nameOf(kind, hal)
  const fault = faultOf(input.answer)
  const sections = await SECTIONS[kind]?.({ input, lookup, hal, fault })
  const body = html`<h1><span class="kind">${title} Instance</span> ${name}</h1>
${notice(input)}
${fault && alert(saidAbove(fault, FIELDS[kind] ?? []))}
${sections?.above}
<section class="card" aria-labelledby="facts"><h2 id="facts">About it</h2>
${await factsList(kind, hal, lookup)}</section>
${sections?.below}
${exchange(input)}`
  const crumb = { label: `${title} Instance`, path: whereIs(hal) }
  return { title: `${name} · ${title} Instance`, crumbs: [ROOT, listCrumb(kind), crumb], body }
}
