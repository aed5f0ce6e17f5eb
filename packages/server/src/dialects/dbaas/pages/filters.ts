import { type Html, html } from '../../page/html.ts'
import type { Kind } from '../endpoint.ts'
import { choiceField } from './forms/choice-field.ts'
import { type Option, selectField, textField } from './forms/fields.ts'
import type { Lookup } from './lookup.ts'
import { pathOf, whereIs } from './read-hal.ts'
import { listPath } from './words.ts'

const SIZES = ['10', '25', '50', '100']
const FORM = 'filter'

async function databaseFields(query: URLSearchParams, lookup: Lookup): Promise<Html> {
  const [projects, engines, environments] = await Promise.all([
    lookup.choices('project'),
    lookup.choices('engine'),
    lookup.choices('environment'),
  ])
  const chosen = (name: string): string => {
    const value = query.get(name) ?? ''
    if (value === '') return ''
    return value.includes('/') ? pathOf(value) : `/api/${name}/${value}/`
  }
  const field = (name: string, label: string) => ({
    form: FORM,
    name,
    label,
    value: chosen(name),
    none: 'All',
    fault: null,
  })
  const versions = await Promise.all(
    engines.things.map(
      async (each): Promise<Option> => ({
        value: whereIs(each),
        label: await lookup.nameAt(each._links.self),
      }),
    ),
  )
  return html`${textField({ ...field('name', 'Name'), value: query.get('name') ?? '' })}
${choiceField(field('environment', 'Environment'), 'environment', environments)}
${selectField({ ...field('engine', 'Engine'), options: versions })}
${choiceField(field('project', 'Project'), 'project', projects)}`
}

export const isFiltered = (query: URLSearchParams): boolean =>
  ['name', 'project', 'engine', 'environment'].some((name) => (query.get(name) ?? '') !== '')

/** Which things a list shows, and how many on a page. */
export async function filters(kind: Kind, url: string, lookup: Lookup): Promise<Html> {
  const query = new URL(url).searchParams
  const size = query.get('page_size') ?? '10'
  const options = SIZES.map((value) => ({ value, label: value }))
  return html`<details class="filters" ${isFiltered(query) && html`open`}><summary>${kind === 'database' ? 'Filter' : 'Page size'}</summary>
<form method="get" action="${listPath(kind)}" class="inside"><div class="fields">
${kind === 'database' && (await databaseFields(query, lookup))}
${selectField({ form: FORM, name: 'page_size', label: 'On a page', required: true, options, value: SIZES.includes(size) ? size : '10', fault: null })}
</div><div class="actions"><button type="submit" class="second">Show</button>
${isFiltered(query) && html`<a class="button second" href="${listPath(kind)}">Show all</a>`}</div></form></details>`
}
