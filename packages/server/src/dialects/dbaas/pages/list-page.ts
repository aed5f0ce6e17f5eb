import { type Html, html } from '../../page/html.ts'
import type { Kind } from '../endpoint.ts'
import type { PageInput } from '../render.ts'
import { exchange } from './exchange.ts'
import { type Fault, faultOf, saidAbove } from './fault.ts'
import { filters, isFiltered } from './filters.ts'
import { CREATE_CREDENTIAL_FIELDS, createCredentialForm } from './forms/create-credential.ts'
import { CREATE_DATABASE_FIELDS, createDatabaseForm } from './forms/create-database.ts'
import { PROJECT_FIELDS, projectForm } from './forms/project.ts'
import { rawForm } from './forms/raw.ts'
import { listCrumb, type PageContent, ROOT } from './frame.ts'
import type { Lookup } from './lookup.ts'
import { may } from './may.ts'
import { alert, notice } from './notices.ts'
import { pagination } from './pagination.ts'
import { pathOf, thingsOf } from './read-hal.ts'
import { table } from './table.ts'
import { listPath, WORDS } from './words.ts'

/** How things are made, of those kinds that callers make. */
interface Creation {
  readonly fields: readonly string[]
  readonly example: object
  form(input: PageInput, lookup: Lookup, fault: Fault | null): Html | Promise<Html>
}

const CREATIONS: Partial<Record<Kind, Creation>> = {
  database: {
    fields: CREATE_DATABASE_FIELDS,
    example: { name: 'my_database', plan: '/api/plan/1/', environment: '/api/environment/1/', project: null },
    form: createDatabaseForm,
  },
  credential: {
    fields: CREATE_CREDENTIAL_FIELDS,
    example: { user: 'my_user', database: '/api/database/1/' },
    form: (input, lookup, fault) => createCredentialForm(input, lookup, { fault }),
  },
  project: {
    fields: PROJECT_FIELDS,
    example: { name: 'My project' },
    form: (input, _lookup, fault) => projectForm(input, { fault }),
  },
}

async function creation(
  input: PageInput,
  kind: Kind,
  lookup: Lookup,
  fault: Fault | null,
): Promise<Html | null> {
  const making = CREATIONS[kind]
  if (making === undefined || !may(input, 'create', kind)) return null
  const noun = WORDS[kind].title.toLowerCase()
  return html`<section class="card" aria-labelledby="create"><h2 id="create">Create a ${noun}</h2>
${await making.form(input, lookup, fault)}
${rawForm(input, { action: listPath(kind), methods: ['POST'], example: making.example })}</section>`
}

/** A list: what is in it, the way to the rest of it, and the form for one more. Null when it cannot be read. */
export async function listPage(input: PageInput, kind: Kind, lookup: Lookup): Promise<PageContent | null> {
  const { title, plural, about } = WORDS[kind]
  const query = new URL(input.url).searchParams
  const list = await input.read(input.method === 'GET' ? pathOf(input.url) : listPath(kind))
  if (list === null) return null
  const fault = faultOf(input.answer)
  const things = thingsOf(list, kind)
  const making = await creation(input, kind, lookup, fault)
  const crumb = listCrumb(kind)
  // A credential shows its password, and so is for who may change it.
  const opens = kind !== 'credential' || may(input, 'update', kind)
  const empty = isFiltered(query) ? 'None is like that.' : `There are no ${plural.toLowerCase()} yet.`
  // Who has just sent a form sees what was wrong with it, not the list again.
  const failed = fault !== null && making
  const body = html`<div class="head"><h1>${title} List</h1>
${making && !failed && html`<a class="button" href="#create">Create a ${title.toLowerCase()}</a>`}</div>
<p class="about">${about}</p>
${notice(input)}
${fault && alert(saidAbove(fault, CREATIONS[kind]?.fields ?? []))}
${failed}
<section class="card" aria-labelledby="things"><h2 id="things">${plural}</h2>
${things.length === 0 ? html`<p class="empty">${empty}</p>` : await table(kind, things, { lookup, opens })}
${pagination(list._links, things.length)}
${await filters(kind, input.url, lookup)}</section>
${!failed && making}
${exchange(input)}`
  return { title: `${title} List`, crumbs: [ROOT, crumb], body }
}
