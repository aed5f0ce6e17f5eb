import { html } from '../../../page/html.ts'
import { deleteForm } from '../forms/delete.ts'
import { projectForm } from '../forms/project.ts'
import { rawForm } from '../forms/raw.ts'
import type { Item, Sections } from '../item.ts'
import { may } from '../may.ts'
import { nameOf, textOf, whereIs } from '../read-hal.ts'

/** Its databases, its name, and its end. */
export async function projectSections({ input, hal, fault }: Item): Promise<Sections> {
  const [action, name] = [whereIs(hal), nameOf('project', hal)]
  const databases = new URLSearchParams({ project: textOf(hal, 'id') ?? '' })
  return {
    below: html`<section class="card" aria-labelledby="databases"><h2 id="databases">Databases</h2>
<p><a href="/api/database/?${databases.toString()}">Show the databases of this project</a></p></section>
${
  may(input, 'update', 'project') &&
  html`<section class="card" aria-labelledby="change"><h2 id="change">Change</h2>
${projectForm(input, { action, name, fault })}
${rawForm(input, { action, methods: ['PUT', 'PATCH'], example: { name } })}</section>`
}
${
  may(input, 'delete', 'project') &&
  html`<section class="card" aria-labelledby="delete"><h2 id="delete">Delete</h2>${deleteForm(input, {
    action,
    title: 'Delete the project…',
    explanation: html`This works once no database is in it any more; those in quarantine count, too.`,
    submit: 'Delete the project',
    step: 'deleted',
  })}</section>`
}`,
  }
}
