import { type Html, html } from '../../../page/html.ts'
import type { PageInput } from '../../render.ts'
import type { Fault } from '../fault.ts'
import { textField } from './fields.ts'
import { form } from './form.ts'

export const PROJECT_FIELDS = ['name']

/** Makes a project, or gives the one at `action` another name. */
export function projectForm(
  input: PageInput,
  { fault, name, action }: { readonly fault: Fault | null; readonly name?: string; readonly action?: string },
): Html {
  const changes = action !== undefined
  return form(input, {
    action: action ?? '/api/project/',
    ...(changes ? { method: 'PUT' } : {}),
    body: html`<div class="fields">${textField({
      form: 'project',
      name: 'name',
      label: 'Name',
      hint: 'Up to 100 characters. No other project of the team has it.',
      longest: 100,
      required: true,
      value: input.given.name ?? name,
      fault,
    })}</div>
<div class="actions"><button type="submit">${changes ? 'Rename the project' : 'Create the project'}</button></div>`,
  })
}
