import { type Html, html } from '../../../page/html.ts'
import type { PageInput } from '../../render.ts'
import type { Fault } from '../fault.ts'
import type { Lookup } from '../lookup.ts'
import { pathOf } from '../read-hal.ts'
import { choiceField } from './choice-field.ts'
import { textField } from './fields.ts'
import { form } from './form.ts'

export const CREATE_CREDENTIAL_FIELDS = ['user', 'database']
const FORM = 'new-credential'

/** Asks for a user's name, and for the database unless the page is that database's. */
export async function createCredentialForm(
  input: PageInput,
  lookup: Lookup,
  { fault, database }: { readonly fault: Fault | null; readonly database?: string },
): Promise<Html> {
  const { given } = input
  const base = { form: FORM, fault, required: true }
  const choices = database === undefined ? await lookup.choices('database') : null
  if (choices?.things.length === 0) {
    return html`<p class="note">There is no database yet that a credential could be for.
<a href="/api/database/#create">Create a database</a> first; it comes with a credential.</p>`
  }
  const value = given.database && pathOf(given.database)
  return form(input, {
    action: '/api/credential/',
    body: html`<div class="fields">
${textField({
  ...base,
  name: 'user',
  label: 'User name',
  hint: 'Up to 16 characters; kept as small letters, digits and underscores. Croft makes the password.',
  longest: 16,
  value: given.user,
})}
${
  choices === null
    ? html`<input type="hidden" name="database" value="${database}">`
    : choiceField({ ...base, name: 'database', label: 'Database', value }, 'database', choices)
}
</div>
<div class="actions"><button type="submit">Create the credential</button></div>`,
  })
}
