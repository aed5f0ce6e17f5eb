import { type Html, html } from '../../../page/html.ts'
import type { Hal } from '../../hal.ts'
import type { PageInput } from '../../render.ts'
import type { Fault } from '../fault.ts'
import type { Choices, Lookup } from '../lookup.ts'
import { nameOf, pathOf, textOf, textsOf, whereIs } from '../read-hal.ts'
import { choiceField } from './choice-field.ts'
import { type Option, selectField, textField } from './fields.ts'
import { form } from './form.ts'

export const CREATE_DATABASE_FIELDS = ['name', 'plan', 'environment', 'project']
const FORM = 'new-database'

async function optionOf(plan: Hal, environments: Choices, lookup: Lookup): Promise<Option> {
  const offered = textsOf(plan, 'environments').map(pathOf)
  const others = environments.things.filter((each) => !offered.includes(whereIs(each)))
  const names = await Promise.all(offered.map((each) => lookup.nameAt(each)))
  const type = textOf(plan, 'engine_type')
  const about = textOf(plan, 'description') || (type === null ? '' : await lookup.nameAt(type))
  const where = others.length > 0 ? `, only in ${names.join(', ')}` : ''
  return { value: whereIs(plan), label: `${nameOf('plan', plan)} (${about}${where})` }
}

/** Asks for all that a database needs; says so when there is no plan to choose. */
export async function createDatabaseForm(
  input: PageInput,
  lookup: Lookup,
  fault: Fault | null,
): Promise<Html> {
  const [plans, environments, projects] = await Promise.all([
    lookup.choices('plan'),
    lookup.choices('environment'),
    lookup.choices('project'),
  ])
  const { given } = input
  const active = plans.things.filter(
    (plan) => plan.is_active === true && textsOf(plan, 'environments').length > 0,
  )
  if (active.length === 0) {
    return html`<p class="note">There is no plan to choose yet. An administrator installs an engine, such as with
<code>croft engine install mariadb</code>, and Croft makes its first plan.</p>`
  }
  const usual = active.find((plan) => plan.is_default === true) ?? active[0]
  const options = await Promise.all(active.map((plan) => optionOf(plan, environments, lookup)))
  const base = { form: FORM, fault }
  return form(input, {
    action: '/api/database/',
    body: html`<div class="fields">
${textField({
  ...base,
  name: 'name',
  label: 'Name',
  hint: 'Up to 100 characters; kept as small letters, digits and underscores. It cannot be changed later.',
  longest: 100,
  required: true,
  value: given.name,
})}
${selectField({
  ...base,
  name: 'plan',
  label: 'Plan',
  hint: 'What it runs on and how large it is.',
  required: true,
  options,
  value: given.plan === undefined ? usual && whereIs(usual) : pathOf(given.plan),
})}
${choiceField(
  {
    ...base,
    name: 'environment',
    label: 'Environment',
    hint: 'Where it runs.',
    required: true,
    value: given.environment && pathOf(given.environment),
  },
  'environment',
  environments,
)}
${choiceField(
  {
    ...base,
    name: 'project',
    label: 'Project',
    hint: 'What it belongs with. You can change this later.',
    none: 'None',
    value: given.project && pathOf(given.project),
  },
  'project',
  projects,
)}
</div>
<div class="actions"><button type="submit">Create the database</button></div>`,
  })
}
