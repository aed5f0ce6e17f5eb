import { html } from '../../../page/html.ts'
import { connections } from '../connect.ts'
import { formatTime } from '../format.ts'
import { changeDatabaseForm, releaseForm } from '../forms/change-database.ts'
import { createCredentialForm } from '../forms/create-credential.ts'
import { deleteForm } from '../forms/delete.ts'
import { rawForm } from '../forms/raw.ts'
import type { Item, Sections } from '../item.ts'
import { may } from '../may.ts'
import { textOf, whereIs } from '../read-hal.ts'

function quarantine({ input, hal }: Item, since: string) {
  return html`<section class="card warning" aria-labelledby="quarantine"><h2 id="quarantine">In quarantine</h2>
<p>Somebody deleted this database on ${formatTime(since)}. Its passwords were changed and nobody can use it, but its data is
still there. Croft deletes it for good some days later: seven, unless an administrator has set another number.</p>
<div class="actions">${releaseForm(input, hal)}</div></section>`
}

function deletion({ input, hal }: Item, quarantined: boolean) {
  const action = whereIs(hal)
  if (quarantined) {
    return deleteForm(input, {
      action,
      title: 'Delete it for good…',
      explanation: html`It is in quarantine already, so this deletes the database and all its data, now. It cannot be brought
back.`,
      submit: 'Delete the database and its data',
      step: 'deleted',
    })
  }
  return deleteForm(input, {
    action,
    title: 'Delete the database…',
    explanation: html`The first delete puts it in quarantine: every password is changed and every session ends, but the data
stays. Somebody who manages the quarantine can bring it back or delete it for good; after some days Croft does.`,
    submit: 'Put it in quarantine',
    step: 'quarantined',
  })
}

/** How to connect, its credentials, its project, and its end in two steps. */
export async function databaseSections(item: Item): Promise<Sections> {
  const { input, lookup, hal, fault } = item
  const since = textOf(hal, 'quarantine_dt')
  const changes = may(input, 'update', 'database')
  const adds = may(input, 'create', 'credential')
  const example = { project: textOf(hal, 'project') }
  return {
    above: html`${since !== null && quarantine(item, since)}
<section class="card" aria-labelledby="connect"><h2 id="connect">Connect</h2>
${connections(hal, may(input, 'update', 'credential'))}
${
  adds &&
  html`<details class="add"><summary>Add a credential</summary><div class="inside">
${await createCredentialForm(input, lookup, { fault: null, database: whereIs(hal) })}</div></details>`
}</section>`,
    below: html`${
      changes &&
      html`<section class="card" aria-labelledby="change"><h2 id="change">Change</h2>
${
  since === null
    ? await changeDatabaseForm(input, lookup, { database: hal, fault })
    : html`<p class="quiet">Bring it back before you change its project.</p>`
}
${rawForm(input, { action: whereIs(hal), methods: ['PUT', 'PATCH'], example })}</section>`
    }
${
  may(input, 'delete', 'database') &&
  html`<section class="card" aria-labelledby="delete"><h2 id="delete">Delete</h2>${deletion(item, since !== null)}</section>`
}`,
  }
}
