import { type Html, html } from '../../../page/html.ts'
import type { Hal } from '../../hal.ts'
import type { PageInput } from '../../render.ts'
import type { Fault } from '../fault.ts'
import type { Lookup } from '../lookup.ts'
import { pathOf, textOf, whereIs } from '../read-hal.ts'
import { choiceField } from './choice-field.ts'
import { form } from './form.ts'

export const CHANGE_DATABASE_FIELDS = ['project']

/** Its project is all of it that can be changed. */
export async function changeDatabaseForm(
  input: PageInput,
  lookup: Lookup,
  { database, fault }: { readonly database: Hal; readonly fault: Fault | null },
): Promise<Html> {
  const value = input.given.project ?? textOf(database, 'project') ?? ''
  return form(input, {
    action: whereIs(database),
    method: 'PUT',
    body: html`<div class="fields">${choiceField(
      {
        form: 'change-database',
        name: 'project',
        label: 'Project',
        none: 'None',
        value: value === '' ? '' : pathOf(value),
        fault,
      },
      'project',
      await lookup.choices('project'),
    )}</div>
<div class="actions"><button type="submit" class="second">Change the project</button></div>`,
  })
}

/** Brings it back from quarantine. */
export function releaseForm(input: PageInput, database: Hal): Html {
  return form(input, {
    action: whereIs(database),
    method: 'PATCH',
    body: html`<input type="hidden" name="quarantine_dt" value="">
<button type="submit">Bring it back</button>`,
  })
}
