import { html } from '../../../page/html.ts'
import { secrets } from '../connect.ts'
import { deleteForm } from '../forms/delete.ts'
import { form } from '../forms/form.ts'
import type { Item, Sections } from '../item.ts'
import { may } from '../may.ts'
import { whereIs } from '../read-hal.ts'

/** The password, another one, and its end. */
export async function credentialSections({ input, lookup, hal }: Item): Promise<Sections> {
  const action = whereIs(hal)
  return {
    above: html`<section class="card" aria-labelledby="connect"><h2 id="connect">Connect</h2>
${await secrets(hal, lookup)}</section>`,
    below: html`${
      may(input, 'update', 'credential') &&
      html`<section class="card" aria-labelledby="reset"><h2 id="reset">Reset the password</h2>
<p>Croft makes a new password. The old one stops working and its sessions end, so programs that use it need the new one.</p>
${form(input, {
  action: `${action}reset_password/`,
  body: html`<div class="actions"><button type="submit" class="second">Reset the password</button></div>`,
})}</section>`
    }
${
  may(input, 'delete', 'credential') &&
  html`<section class="card" aria-labelledby="delete"><h2 id="delete">Delete</h2>${deleteForm(input, {
    action,
    title: 'Delete the credential…',
    explanation: html`The user is removed from the database and its sessions end. The data stays.`,
    submit: 'Delete the credential',
    step: 'deleted',
  })}</section>`
}`,
  }
}
